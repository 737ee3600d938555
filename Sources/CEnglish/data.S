// Each file as an array of bytes, and the place after its end. The checksums, which Scripts/english-data writes, make a build see that a
// file has changed.
#if defined(__APPLE__)
#define SYMBOL(name) _##name
    .section __TEXT,__const
#else
#define SYMBOL(name) name
    .section .rodata
#endif

#define FILE(name, path) \
    .globl SYMBOL(name) ; \
    .globl SYMBOL(name##_end) ; \
    .balign 16 ; \
    SYMBOL(name): .incbin path ; \
    SYMBOL(name##_end): .byte 0

FILE(english_lexicon_data, "lexicon.bin") // 20b210ea
FILE(english_letters_data, "letters.bin") // 074babbb
FILE(english_heteronyms_data, "heteronyms.bin") // 1c0553bb

#if defined(__linux__) && defined(__ELF__)
    .section .note.GNU-stack,"",%progbits
#endif
