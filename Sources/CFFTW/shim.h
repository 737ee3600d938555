#pragma once
#include <fftw3.h>

/// A constant of unknown length is none that Swift imports.
static inline const char *vocoder_fftw_version(void) { return fftwf_version; }
