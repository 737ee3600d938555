"""The metrics of target Evaluation computed with other libraries: see Scripts/check-metrics and Scripts/golden-metrics."""
