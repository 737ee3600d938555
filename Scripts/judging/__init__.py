"""The metrics of target Evaluation once more, from other people's programs: see Scripts/check-metrics and Scripts/golden-metrics."""
