// One import for programs that make sound of mels: audio files (Audio), mels, their files and Griffin-Lim (Spectra), models and
// their synthesis (MelGAN), the type of activations (Tensors) and the errors of files (Files).
@_exported public import Audio
@_exported public import Files
@_exported public import MelGAN
@_exported public import Spectra
@_exported public import Tensors
