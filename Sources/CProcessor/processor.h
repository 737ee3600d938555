/// What the compiler was told of the processor, which Swift's own conditions do not say.
#pragma once

/// Floats in the widest vector register that the build's flags allow.
#if defined(__AVX512F__)
static const int vocoder_vector_lanes = 16;
#elif defined(__AVX__)
static const int vocoder_vector_lanes = 8;
#else
static const int vocoder_vector_lanes = 4;
#endif

/// Whether there are registers for 24 sums and what is multiplied: AVX-512 and ARM have 32, AVX 16.
#if defined(__AVX512F__) || defined(__aarch64__)
static const int vocoder_has_many_registers = 1;
#else
static const int vocoder_has_many_registers = 0;
#endif

/// Whether vectors are multiplied and added in one instruction; Swift would call a function for each number otherwise.
#if defined(__FMA__) || defined(__aarch64__)
static const int vocoder_has_fused_multiply = 1;
#else
static const int vocoder_has_fused_multiply = 0;
#endif

/// Asks for a cache line that will be read soon. Any address will do.
static inline void vocoder_prefetch(const void *address) { __builtin_prefetch(address, 0, 2); }

/// Keeps the compiler from loading here what is needed only later, where there are few registers: it would otherwise gather
/// more factors than those hold, and put sums into memory between one product and the next.
static inline void vocoder_keep_order(void) {
#if !defined(__AVX512F__) && !defined(__aarch64__)
    __asm__ volatile("" ::: "memory");
#endif
}
