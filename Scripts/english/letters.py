"""Trains the letter-to-sound model: a convolutional network over the letters of a word.

A letter's output is the phonemes that it stands for in its neighbourhood (none, one or two) and the stress of their vowel. The
network is small residual convolutions; weights are stored in 8 bits. Needs numpy and torch.
"""

import collections
import random
import struct
import time

import numpy as np
import torch

from .alignment import aligned

LETTERS = "^$'abcdefghijklmnopqrstuvwxyz"
WIDTH, LAYERS, KERNEL = 112, 5, 5
RAREST = 6


class Network(torch.nn.Module):
    def __init__(self, labels):
        super().__init__()
        self.embedding = torch.nn.Embedding(len(LETTERS), WIDTH)
        self.layers = torch.nn.ModuleList(
            torch.nn.Conv1d(WIDTH, WIDTH, KERNEL, padding=KERNEL // 2) for _ in range(LAYERS))
        self.output = torch.nn.Linear(WIDTH, labels + 3)

    def forward(self, letters):
        hidden = self.embedding(letters).transpose(1, 2)
        for layer in self.layers:
            hidden = hidden + torch.nn.functional.dropout(torch.relu(layer(hidden)), 0.1, self.training)
        return self.output(hidden.transpose(1, 2))


def codes(word):
    return [LETTERS.index(letter) for letter in "^" + word + "$"]


def decoded(outputs, labels):
    """The pronunciation that the outputs for the letters of a word stand for."""
    chunks = [labels[index] for index in outputs[:, :len(labels)].argmax(1)]
    stresses = outputs[:, len(labels):]
    vowels = [index for index, chunk in enumerate(chunks) if any(is_vowel(symbol) for symbol in chunk)]
    primary = max(vowels, key=lambda index: stresses[index][2] - max(stresses[index][:2]), default=None)
    result = []
    for index, chunk in enumerate(chunks):
        stress = 2 if index == primary else 1 if stresses[index][1] > stresses[index][0] else 0
        for symbol in chunk:
            result.append((symbol, stress if is_vowel(symbol) else 0))
            if is_vowel(symbol):
                stress = 0
    return result


def is_vowel(symbol):
    return any(letter in "aeiouæɐɑɔəɚɛɜɪʊʌᵻ" for letter in symbol)


def examples(words):
    """Letters, chunk labels and stresses of each word that can be aligned, and the table of chunks."""
    ranges = aligned(words)
    kept, counts = [], collections.Counter()
    for (word, spoken), chunks in zip(words, ranges):
        if chunks is None:
            continue
        labels = [tuple(symbol for symbol, _ in spoken[start:end]) for start, end in chunks]
        stresses = [max([s for x, s in spoken[start:end] if is_vowel(x)], default=-1) for start, end in chunks]
        kept.append((word, labels, stresses))
        counts.update(labels)
    table = sorted(label for label, count in counts.items() if count >= RAREST)
    index = {label: place for place, label in enumerate(table)}
    return [
        (codes(word), [index[label] for label in labels], stresses)
        for word, labels, stresses in kept if all(label in index for label in labels)], table


def batches(data, size, shuffle):
    groups = collections.defaultdict(list)
    for example in data:
        groups[len(example[0])].append(example)
    result = []
    for group in groups.values():
        shuffle.shuffle(group)
        result += [group[start:start + size] for start in range(0, len(group), size)]
    shuffle.shuffle(result)
    return result


def loss(network, batch, labels):
    outputs = network(torch.tensor([letters for letters, _, _ in batch]))[:, 1:-1]
    chunks = torch.tensor([chunks for _, chunks, _ in batch])
    stresses = torch.tensor([stresses for _, _, stresses in batch])
    error = torch.nn.functional.cross_entropy(outputs[..., :labels].flatten(0, 1), chunks.flatten())
    return error + 0.5 * torch.nn.functional.cross_entropy(
        outputs[..., labels:].flatten(0, 1), stresses.flatten(), ignore_index=-1)


def trained(data, labels, seconds):
    """A network trained for a number of seconds; the rate rises at first and then falls along a cosine."""
    torch.manual_seed(1)
    shuffle = random.Random(1)
    network = Network(labels)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3, weight_decay=0.01)
    start, step = time.time(), 0
    while (done := (time.time() - start) / seconds) < 1:
        for batch in batches(data, 192, shuffle):
            done = min(1, (time.time() - start) / seconds)
            rate = 2.5e-3 * min(1, done / 0.05) * (0.5 + 0.5 * np.cos(np.pi * done))
            for group in optimizer.param_groups:
                group["lr"] = rate + 1e-6
            optimizer.zero_grad()
            error = loss(network, batch, labels)
            error.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1)
            optimizer.step()
            step += 1
            if done >= 1:
                break
        print(f"{time.time() - start:.0f} s, {step} steps, loss {error.item():.3f}", flush=True)
    return network.eval()


def quantized(tensor):
    """Each row in 8 bits, with a scale."""
    rows = tensor.reshape(tensor.shape[0], -1).detach().numpy()
    scales = np.abs(rows).max(1) / 127 + 1e-12
    return np.clip(np.round(rows / scales[:, None]), -127, 127).astype(np.int8), scales.astype("<f4")


def stored(network, table):
    """The bytes of a model: sizes, the table of chunks, and for each matrix the scales, the biases and the rows."""
    names = "\n".join(" ".join(chunk) for chunk in table).encode()
    data = struct.pack("<5I", WIDTH, LAYERS, KERNEL, len(table), len(names)) + names
    matrices = [(network.embedding.weight, None)]
    # Rows of a convolution are in the order of time, then channels.
    matrices += [(layer.weight.transpose(1, 2), layer.bias) for layer in network.layers]
    matrices.append((network.output.weight, network.output.bias))
    for weight, bias in matrices:
        rows, scales = quantized(weight)
        biases = np.zeros(len(rows)) if bias is None else bias.detach().numpy()
        data += scales.tobytes() + biases.astype("<f4").tobytes() + rows.tobytes()
    return data


def edits(left, right):
    """The edit distance of two lists."""
    row = list(range(len(right) + 1))
    for i, x in enumerate(left, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(right, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


def measured(network, table, words):
    """The error rates for words that training did not see, as a sentence."""
    wrong = misstressed = errors = count = 0
    with torch.no_grad():
        for word, spoken in words:
            said = decoded(network(torch.tensor([codes(word)]))[0, 1:-1].numpy(), table)
            symbols = [[symbol for symbol, _ in one] for one in (said, spoken)]
            wrong += symbols[0] != symbols[1]
            misstressed += said != spoken
            errors += edits(*symbols)
            count += len(spoken)
    return (
        f"of {len(words)} words {wrong / len(words):.1%} have a wrong phoneme and {misstressed / len(words):.1%} a wrong phoneme or stress; "
        f"{errors / count:.1%} of the phonemes are wrong")
