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
