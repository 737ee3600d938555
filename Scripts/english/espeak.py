"""The phonemes that libespeak-ng writes, by ctypes."""

import ctypes

_library = None


def _loaded():
    global _library
    if _library is None:
        _library = ctypes.CDLL("libespeak-ng.so.1")
        _library.espeak_Initialize.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int]
        _library.espeak_Initialize(2, 0, None, 0x8000)
        _library.espeak_SetVoiceByName(b"en-us")
        _library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        _library.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]
    return _library


def words(text):
    """The words of `text` in American English, as IPA with _ between phonemes."""
    rest, result = ctypes.c_char_p(text.encode()), []
    while rest.value is not None:
        clause = _loaded().espeak_TextToPhonemes(ctypes.byref(rest), 1, 2 | ord("_") << 8)
        if clause:
            result += clause.decode().split()
    return result
