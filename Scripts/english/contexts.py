"""The features of a word's surroundings, which `HeteronymContext` computes alike."""

import re

CLASSES = {
    "D": "a an the this that these those my your his her its our their some any no every each another all both many few several "
         "such what which whose one two three four five six seven eight nine ten",
    "P": "of in on at by for with from into onto over under about after before between through during without within against "
         "among across along around behind beyond near off out up down upon via than like as per",
    "S": "i you he she it we they who there everybody everyone nobody somebody someone people",
    "O": "me him us them himself herself itself themselves myself yourself",
    "B": "is are was were be been being am 's 're 'm isn't aren't wasn't weren't",
    "H": "has have had having 've hasn't haven't hadn't",
    "M": "will would can could shall should may might must cannot can't won't wouldn't couldn't shouldn't do does did don't doesn't "
         "didn't let let's please 'll 'd",
    "T": "to",
    "C": "and or but nor",
    "W": "when where why how while if because although though since until unless whether so",
    "R": "not never always often also still just only very too quite more most less then now again soon already ever even usually "
         "sometimes really almost together away back",
}
CLASS = {}
for _name, _words in CLASSES.items():
    for _word in _words.split():
        CLASS.setdefault(_word, _name)


def word_class(word):
    if word in CLASS:
        return CLASS[word]
    if not word or not (word[0].isalpha() or word[0] == "'"):
        return word
    for ending in ("'s", "n't", "'ve", "'ll", "'d", "'re", "ing", "ed", "ly", "tion", "ity", "ness", "ment", "ous", "al", "ive", "ic", "er", "est", "s"):
        if len(word) > len(ending) + 1 and word.endswith(ending):
            return "-" + ending
    return "x"


def tokens(text):
    """The words in lower case and marks of a text: , for any pause within a sentence, . for an end, 0 for what has digits."""
    result = []
    for piece in re.split(r"[\s\u2014\u2013-]+", text.replace("\u2019", "'")):
        core = piece.strip("'\"“”‘()[]{},.;:?!…*«»„`/|<>")
        before, _, after = piece.partition(core) if core else ("", "", piece)
        if set(before) & set("([") and result and result[-1] not in (",", "."):
            result.append(",")
        if core:
            result.append("0" if any(letter.isdigit() for letter in core) and "\x00" not in core else core)
        marks = "." if set(after) & set(".?!") else "," if set(after) & set(",;:)]…") else ""
        if marks and result and result[-1] not in (",", "."):
            result.append(marks)
    return result


def features(words, index):
    """The features of the word at `index` of the tokens of a sentence."""
    def at(offset):
        place = index + offset
        return "<" if place < 0 else ">" if place >= len(words) else words[place].lower()

    around = {offset: at(offset) for offset in range(-4, 5)}
    kinds = {offset: word_class(word) for offset, word in around.items()}
    own = words[index]
    case = ("A" if len(own) > 1 and own == own.upper() else "C" if own[0] != own[0].lower() else "c") + ("<" if index == 0 else "")
    result = ["", "k" + case]
    for offset in (-3, -2, -1, 1, 2, 3):
        result.append(f"w{offset}{around[offset]}")
        result.append(f"k{offset}{kinds[offset]}")
    for offset in (-1, 1):
        result.append(f"e{offset}{around[offset][-3:]}")
    for left, right in ((-2, -1), (-1, 1), (1, 2)):
        result.append(f"w{left}{around[left]} {right}{around[right]}")
        result.append(f"k{left}{kinds[left]} {right}{kinds[right]}")
        result.append(f"m{left}{around[left]} {right}{kinds[right]}")
        result.append(f"n{left}{kinds[left]} {right}{around[right]}")
    result.append(f"k3{kinds[-2]} {kinds[-1]} {kinds[1]}")
    result.append(f"k4{kinds[-1]} {kinds[1]} {kinds[2]}")
    result.append(f"k5{kinds[-3]} {kinds[-2]} {kinds[-1]}")
    result.append(f"c{case} {kinds[-1]} {kinds[1]}")
    near = {words[place].lower() for place in range(max(0, index - 8), min(len(words), index + 9)) if place != index}
    result += sorted(f"b{word}" for word in near if len(word) > 2)
    return result
