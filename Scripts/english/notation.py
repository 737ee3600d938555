"""Pronunciations in the notation and with the habits of espeak-ng's American English, which the shipped voice was trained on.

A pronunciation is a list of (symbol, stress): stress is 0 for none, 1 for secondary and 2 for primary, on vowels only.
"""

import re

VOWELS = {
    "ə": "ə", "ɪ": "ɪ", "i": "i", "ɛ": "ɛ", "æ": "æ", "ɑ": "ɑː", "O": "oʊ", "A": "eɪ", "I": "aɪ", "ʌ": "ʌ", "ɔ": "ɔː", "u": "uː",
    "ɜ": "ɜː", "ʊ": "ʊ", "ᵻ": "ᵻ", "W": "aʊ", "Y": "ɔɪ", "ᵊ": "ə",
}
CONSONANTS = {"ʤ": "dʒ", "ʧ": "tʃ"}
# Vowels that espeak-ng writes as one symbol with a following ɹ, unless a vowel follows that.
RHOTIC = {"ɑ": "ɑːɹ", "ɔ": "ɔːɹ", "O": "oːɹ", "ɛ": "ɛɹ", "ɪ": "ɪɹ", "i": "ɪɹ", "ʊ": "ʊɹ", "u": "ʊɹ"}
BEFORE_VOWEL = {"ɑ": "ɑː", "ɔ": "oː", "O": "oː", "ɛ": "ɛ", "ɪ": "ɪ", "i": "ɪ", "ʊ": "ʊ", "u": "ʊ"}


def converted(misaki, spelling=""):
    """A pronunciation in misaki's notation of American English, of a word spelled so."""
    # misaki writes ə_w for the unstressed u of `actual`.
    misaki = re.sub("əw(?=[əᵊɪˌˈ])", "u", misaki).replace("əwˌ", "uˌ")
    letters, stress, result = [], 0, []
    for letter in misaki:
        if letter in "ˈˌ":
            stress = 2 if letter == "ˈ" else 1
        else:
            letters.append((letter, stress if letter in VOWELS else 0))
            stress = stress if letter not in VOWELS else 0
    kinds = [letter for letter, _ in letters] + [""] * 4
    index = 0
    while index < len(letters):
        (letter, stress), first, second = letters[index], kinds[index + 1], kinds[index + 2]
        before_vowel = second in VOWELS
        taken = 1
        if first == "ɹ" and letter in "əᵊɜ":
            result.append(("ɜː" if letter == "ɜ" else "ɚ", stress))
            taken = 1 if before_vowel else 2
        elif first == "ɹ" and letter in RHOTIC:
            if before_vowel:
                result.append((BEFORE_VOWEL[letter], stress))
            else:
                force = letter == "ɔ" and re.search("ore|oar|our|oor", spelling)
                result.append(("oːɹ" if force else RHOTIC[letter], stress))
                taken = 2
        elif letter == "I" and first == "ə" and letters[index + 1][1] == 0:
            rhotic = second == "ɹ"
            result.append(("aɪɚ" if rhotic else "aɪə", stress))
            taken = 3 if rhotic and kinds[index + 3] not in VOWELS else 2
        elif letter == "i" and stress and first == "ə" and second != "ɹ" and letters[index + 1][1] == 0:
            result.append(("iə", stress))
            taken = 2
        elif letter in "əᵊ" and first == "l" and stress == 0 and second not in VOWELS:
            result.append(("əl", 0))
            taken = 2
        elif letter == "ʔ" and (first == "n" or first in "əᵊ" and second == "n"):
            result += [("ʔ", 0), ("n̩", 0)]
            taken = 2 if first == "n" else 3
        elif letter == "ə" and stress == 0 and index == 0:
            result.append(("ɪ" if spelling[:1] in "ei" and spelling else "ɐ" if spelling[:1] == "a" else "ə", 0))
        elif letter == "i":
            result.append(("iː" if stress else "ɪ" if first in VOWELS else "i", stress))
        elif letter in VOWELS:
            result.append((VOWELS[letter], stress))
        else:
            result.append((CONSONANTS.get(letter, letter), 0))
        index += taken
    return result


def written(pronunciation):
    return "_".join(("", "ˌ", "ˈ")[stress] + symbol for symbol, stress in pronunciation)


def parsed(words):
    """A pronunciation from words as libespeak-ng writes them, with _ between phonemes."""
    result = []
    for word in words:
        for token in re.sub(r"\([^)]*\)", "", word).split("_"):
            stress = 2 if "ˈ" in token else 1 if "ˌ" in token else 0
            symbol = re.sub("[ˈˌ\\-',|%=\u200d\u0361]", "", token)
            if symbol:
                result.append((symbol, stress))
    return result


ARPABET = dict(zip(
    "AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW B CH D DH F G HH JH K L M N NG P R S SH T TH V W Y Z ZH".split(),
    "ɑː æ ʌ ɔː aʊ aɪ ɛ ɜː eɪ ɪ iː oʊ ɔɪ ʊ uː b tʃ d ð f ɡ h dʒ k l m n ŋ p ɹ s ʃ t θ v w j z ʒ".split()))


def cmudict(path):
    """The pronunciations of each word in a file of CMUdict's form."""
    words = {}
    for line in open(path, encoding="utf-8"):
        name, *codes = line.split("#")[0].split()
        pronunciation = []
        for code in codes:
            stress = {"0": 0, "1": 2, "2": 1}.get(code[-1], 0)
            code = code.rstrip("012")
            symbol = {"AH": "ə", "ER": "ɚ"}.get(code, ARPABET[code]) if stress == 0 else ARPABET[code]
            pronunciation.append((symbol, stress))
        words.setdefault(re.sub(r"\(\d\)$", "", name), []).append(pronunciation)
    return words
