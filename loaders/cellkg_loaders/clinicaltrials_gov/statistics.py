"""What the registry calls statistics and dispersions, and the words of our lists for them.

The registry's own words stay in the graph beside. An interval is one of the level that it names.
"""

from __future__ import annotations

STATISTICS = {
    "MEAN": "mean",
    "MEDIAN": "median",
    "NUMBER": "number",
    "COUNT_OF_PARTICIPANTS": "count of participants",
    "COUNT_OF_UNITS": "count of units",
    "GEOMETRIC_MEAN": "geometric mean",
    "LEAST_SQUARES_MEAN": "least squares mean",
    "GEOMETRIC_LEAST_SQUARES_MEAN": "geometric least squares mean",
    "LOG_MEAN": "log mean",
}
DISPERSIONS = {
    "Standard Deviation": "standard deviation",
    "Standard Error": "standard error",
    "Inter-Quartile Range": "interquartile range",
    "Full Range": "full range",
    "Geometric Coefficient of Variation": "geometric coefficient of variation",
    "95% Confidence Interval": "95% confidence interval",
    "90% Confidence Interval": "90% confidence interval",
    "80% Confidence Interval": "80% confidence interval",
    "99% Confidence Interval": "99% confidence interval",
    "97.5% Confidence Interval": "97.5% confidence interval",
}
