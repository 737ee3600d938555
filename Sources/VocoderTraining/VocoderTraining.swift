// One import for programs that train vocoders and voices.
@_exported public import Phonemes
@_exported public import TextToMel
@_exported public import Training
@_exported public import Vocoder
