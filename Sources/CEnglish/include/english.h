// The data of English pronunciation, whose origin is told in NOTICE.md. They lie in the program's read-only part,
// of which the system loads the pages that are looked at.
#ifndef CENGLISH_ENGLISH_H
#define CENGLISH_ENGLISH_H

// Swift takes an array of unknown length for one element, so that it is given the places where each file begins and ends.
#define ENGLISH_FILE(name)                                                    \
    extern const unsigned char name##_data[], name##_data_end[];              \
    static inline const unsigned char *name##_start(void) { return name##_data; } \
    static inline const unsigned char *name##_end(void) { return name##_data_end; }

ENGLISH_FILE(english_lexicon)
ENGLISH_FILE(english_letters)
ENGLISH_FILE(english_heteronyms)

#endif
