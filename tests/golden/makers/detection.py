"""Measures of scores, by scikit-learn, and the generalized Pareto distribution and the test of two samples, by SciPy."""

import numpy as np
from scipy import stats
from sklearn.metrics import average_precision_score, roc_auc_score

from makers.storage import float32_values, write_safetensors


def make_detection():
    random = np.random.default_rng(20)
    tensors = {}
    # Scores with many ties and without any.
    for name, scores in (("ties", np.round(random.standard_normal(300) * 3) / 3),
                         ("distinct", random.standard_normal(300))):
        labels = (random.random(300) < 0.15).astype(np.float64)
        scores = float32_values(scores + labels).numpy()
        tensors |= {f"{name}.scores": scores, f"{name}.labels": labels,
                    f"{name}.roc_auc": [roc_auc_score(labels, scores)],
                    f"{name}.average_precision": [average_precision_score(labels, scores)]}
    # The tail that SciPy fits to the excesses of the highest tenth.
    for name, shape in (("heavy", 0.4), ("light", -0.2)):
        scores = np.sort(float32_values(stats.genpareto.rvs(shape, scale=2, size=4000, random_state=random)).numpy())
        threshold = scores[len(scores) - 401]
        fitted, _, scale = stats.genpareto.fit(scores[scores > threshold] - threshold, floc=0)
        far = threshold + scale * np.array([0.5, 1.0, 2.0])
        tensors |= {f"{name}.scores": scores, f"{name}.tail": [threshold, fitted, scale], f"{name}.far": far,
                    f"{name}.probabilities": 0.1 * stats.genpareto.sf(far - threshold, fitted, scale=scale)}
    first, second = (float32_values(random.standard_normal(size)).numpy() for size in (400, 300))
    second[:60] += 1.5
    second = float32_values(second).numpy()
    test = stats.ks_2samp(first, second, method="asymp")
    tensors |= {"drift.first": first, "drift.second": second, "drift.distance": [test.statistic],
                "drift.p_value": [test.pvalue]}
    write_safetensors("detection", {name: np.asarray(value, dtype=np.float64) for name, value in tensors.items()}, {})
