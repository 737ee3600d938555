"""Adversarial objectives and feature matching, and one step of training in the order of the authors' train.py.

Scores and features are lists over scales. Means run over batch and time, scales are summed.
"""

import torch
from torch.nn import functional

Scales = list[list[torch.Tensor]]


class Hinge:
    """Lim and Ye 2017; the paper's equations 1 and 2."""

    def judge(self, real, fake):
        return functional.relu(1 - real).mean() + functional.relu(1 + fake).mean()

    def deceive(self, fake):
        return -fake.mean()


class LeastSquares:
    """Mao et al. 2017 with targets 1 and 0 and no factor of 1/2."""

    def judge(self, real, fake):
        return (real - 1).square().mean() + fake.square().mean()

    def deceive(self, fake):
        return (fake - 1).square().mean()


class NonSaturating:
    """Goodfellow et al. 2014 on logits: -log sigmoid(real) - log(1 - sigmoid(fake)); -log sigmoid(fake)."""

    def judge(self, real, fake):
        return functional.softplus(-real).mean() + functional.softplus(fake).mean()

    def deceive(self, fake):
        return functional.softplus(-fake).mean()


OBJECTIVES = {"hinge": Hinge(), "least_squares": LeastSquares(), "non_saturating": NonSaturating()}


def discriminator_loss(objective, real: Scales, fake: Scales) -> torch.Tensor:
    return sum(objective.judge(r[-1], f[-1]) for r, f in zip(real, fake))


def adversarial_loss(objective, fake: Scales) -> torch.Tensor:
    return sum(objective.deceive(scale[-1]) for scale in fake)


def feature_matching(real: Scales, fake: Scales) -> torch.Tensor:
    """4 / (n_layers + 1) / scales * the sum of mean absolute differences over every layer but the logits.

    A scale of `n_layers` strided layers has `n_layers + 3` in all.
    """
    weight = 4 / (len(fake[0]) - 2) / len(fake)
    layers = [(r, f) for rs, fs in zip(real, fake) for r, f in zip(rs[:-1], fs[:-1])]
    return weight * sum((f - r.detach()).abs().mean() for r, f in layers)


def adam(model: torch.nn.Module) -> torch.optim.Adam:
    """The authors' optimiser, for either network."""
    return torch.optim.Adam(model.parameters(), lr=1e-4, betas=(0.5, 0.9), eps=1e-8)


def training_step(generator, discriminator, optimisers, mel, audio, objective=OBJECTIVES["hinge"], weight=10.0) -> dict:
    """Both updates along one batch. Returns losses, gradients by network, and the generator's output before its update.

    The discriminator learns first. The generator then faces the updated one, but its features are matched with those
    that real audio had before the update. `optimisers` is (generator's, discriminator's).
    """
    fake = generator(mel)
    real_scales = discriminator(audio)
    judged = discriminator_loss(objective, real_scales, discriminator(fake.detach()))
    judged_gradients = _update(discriminator, optimisers[1], judged)

    fake_scales = discriminator(fake)
    adversarial = adversarial_loss(objective, fake_scales)
    matching = feature_matching(real_scales, fake_scales)
    total = adversarial + weight * matching
    gradients = _update(generator, optimisers[0], total)
    losses = {"discriminator": judged, "adversarial": adversarial, "feature_matching": matching, "generator": total}
    return {
        "fake": fake.detach(),
        "losses": {name: loss.detach() for name, loss in losses.items()},
        "generator_gradient": gradients,
        "discriminator_gradient": judged_gradients,
    }


def _update(model, optimiser, loss) -> dict[str, torch.Tensor]:
    """Replaces the model's gradients by those of `loss`, steps along them and returns them by name."""
    model.zero_grad()
    loss.backward()
    gradients = {name: parameter.grad.clone() for name, parameter in model.named_parameters()}
    optimiser.step()
    return gradients
