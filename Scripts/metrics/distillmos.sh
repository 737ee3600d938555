# Installs DistillMOS into a Python environment; sourced by Scripts/mos and Scripts/check-metrics.
#
#     install_distillmos PYTHON [PACKAGE…]    with more packages, which are held to their bounds
#
# PyTorch's own index has wheels without CUDA, which on Linux have a tenth of the size of PyPI's; if it cannot be reached, PyPI's are
# used. distillmos and xls-r-sqa come without what they ask for: mos.py runs the model without torchaudio and transformers.
install_distillmos() {
    local pip=("$1" -m pip --disable-pip-version-check install --quiet)
    shift
    "${pip[@]}" --no-deps --retries 1 --extra-index-url https://download.pytorch.org/whl/cpu 'torch==2.13.0+cpu'
    "${pip[@]}" 'torch==2.13.0' numpy soundfile soxr "$@" && "${pip[@]}" --no-deps 'distillmos==0.9.1' 'xls-r-sqa==0.1.0'
}
