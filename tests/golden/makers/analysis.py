"""Results of scikit-learn, SciPy and scikit-image. Scalars are stored as text in the metadata."""

import numpy as np
import scipy
import skimage
import sklearn
from scipy.optimize import linear_sum_assignment
from scipy.special import logsumexp
from scipy.stats import norm
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (adjusted_rand_score, confusion_matrix, log_loss, mean_absolute_error, mean_squared_error,
                             normalized_mutual_info_score, silhouette_score)
from sklearn.metrics.cluster import contingency_matrix
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors
from sklearn.preprocessing import StandardScaler, normalize

from makers.storage import write_safetensors

VERSIONS = {"scikit-learn": sklearn.__version__, "scikit-image": skimage.__version__, "scipy": scipy.__version__}


def float32(array):
    """Returns the array rounded to float32, as float64."""
    return np.asarray(array, dtype=np.float32).astype(np.float64)


def write(name, arrays, numbers):
    write_safetensors(name, arrays, {**VERSIONS, **{key: repr(float(value)) for key, value in numbers.items()}})


def blobs(random, rows, width, centers, spread=1.0):
    """Returns rows around random centers, and the center of each row."""
    means = 2 * random.standard_normal((centers, width))
    labels = random.integers(0, centers, rows)
    return float32(means[labels] + spread * random.standard_normal((rows, width))), labels


def make_reconstruction(random):
    numbers, arrays = {}, {}
    for name, shape, scale in (("gray", (7, 17, 14, 1), 1.0), ("color", (3, 12, 15, 3), 1.0),
                               ("wide", (4, 13, 13, 1), 4.0)):
        x = float32(scale * random.random(shape))
        y = float32(np.clip(x + 0.2 * scale * random.standard_normal(shape), 0, scale))
        arrays |= {f"{name}.x": x, f"{name}.y": y}
        numbers |= {f"{name}.range": scale, f"{name}.mse": mean_squared_error(x.ravel(), y.ravel()),
                    f"{name}.mae": mean_absolute_error(x.ravel(), y.ravel()),
                    f"{name}.psnr_pooled": peak_signal_noise_ratio(x, y, data_range=scale),
                    f"{name}.psnr_mean": np.mean([peak_signal_noise_ratio(a, b, data_range=scale)
                                                  for a, b in zip(x, y)])}
        similarity = [structural_similarity(a, b, gaussian_weights=True, sigma=1.5, use_sample_covariance=False,
                                            data_range=scale, channel_axis=2) for a, b in zip(x, y)]
        arrays[f"{name}.ssim"] = np.array(similarity)
        arrays[f"{name}.feature_mse"] = np.mean((x - y) ** 2, axis=0)
    binary = float32(random.integers(0, 2, (50,)))
    probability = float32(random.uniform(0.01, 0.99, 50))
    arrays |= {"binary.x": binary, "binary.y": probability}
    numbers["binary.bce"] = log_loss(binary, probability)
    write("reconstruction", arrays, numbers)


def make_pca(random):
    x = float32(random.standard_normal((60, 9)) @ random.standard_normal((9, 9)) + 3)
    fitted = PCA(4, svd_solver="full").fit(x)
    latents = fitted.transform(x)
    write("pca", {"x": x, "mean": fitted.mean_, "latents": latents, "reconstruction": fitted.inverse_transform(latents),
                  "variances": PCA(svd_solver="full").fit(x).explained_variance_},
          {"mean_absolute_correlation": np.abs(np.corrcoef(x.T)[np.tril_indices(9, -1)]).mean()})


def make_clustering(random):
    x, labels = blobs(random, 400, 5, 4, 1.5)
    start = x[:4]
    fitted = KMeans(4, init=start, n_init=1, tol=0, max_iter=300, algorithm="lloyd").fit(x)
    predicted = fitted.predict(x)
    # More clusters than classes, and some random assignments.
    clusters = np.where(random.random(400) < 0.3, random.integers(0, 6, 400), labels)
    table = contingency_matrix(labels, clusters)
    rows, columns = linear_sum_assignment(table, maximize=True)
    arrays = {"x": x, "labels": labels, "start": start, "centroids": fitted.cluster_centers_, "assigned": predicted,
              "clusters": clusters}
    numbers = {"inertia": fitted.inertia_, "silhouette": silhouette_score(x, predicted),
               "nmi": normalized_mutual_info_score(labels, clusters), "ari": adjusted_rand_score(labels, clusters),
               "purity": table.max(axis=0).sum() / table.sum(), "optimal": table[rows, columns].sum() / table.sum(),
               "best_inertia": KMeans(4, n_init=50, random_state=1).fit(x).inertia_}
    write("clustering", arrays, numbers)


def make_mixture(random):
    x, _ = blobs(random, 500, 3, 4, 1.0)
    x = float32(x @ random.standard_normal((3, 3)))
    means = x[:4]
    covariance = np.cov(x.T)
    fitted = GaussianMixture(4, weights_init=np.full(4, 0.25), means_init=means, tol=0, max_iter=30, reg_covar=1e-6,
                             precisions_init=np.array([np.linalg.inv(covariance)] * 4)).fit(x)
    points = float32(3 * random.standard_normal((40, 3)))
    write("mixture", {"x": x, "start_means": means, "start_covariance": covariance, "weights": fitted.weights_,
                      "means": fitted.means_, "covariances": fitted.covariances_, "points": points,
                      "log_density": fitted.score_samples(points), "assigned": fitted.predict(x)},
          {"iterations": fitted.n_iter_})


def make_classification(random):
    x, labels = blobs(random, 300, 6, 3, 2.5)
    x[:, 4] *= 20
    x[:, 5] = 7
    x = float32(x)
    train, test, train_labels, test_labels = x[:200], x[200:], labels[:200], labels[200:]
    arrays = {"train": train, "test": test, "train_labels": train_labels, "test_labels": test_labels}
    scaler = StandardScaler().fit(train)
    numbers = {}
    for name, (a, b) in {"raw": (train, test), "standardized": (scaler.transform(train), scaler.transform(test)),
                         "unit_length": (normalize(train), normalize(test))}.items():
        fitted = LogisticRegression(C=1.0, solver="newton-cg", tol=1e-12, max_iter=100000).fit(a, train_labels)
        neighbors = KNeighborsClassifier(5).fit(a, train_labels)
        arrays |= {f"{name}.weights": fitted.coef_.T, f"{name}.bias": fitted.intercept_, f"{name}.train": a,
                   f"{name}.test": b, f"{name}.predicted": fitted.predict(b), f"{name}.neighbors": neighbors.predict(b),
                   f"{name}.confusion": confusion_matrix(test_labels, fitted.predict(b))}
        numbers[f"{name}.error"] = 1 - fitted.score(b, test_labels)
        numbers[f"{name}.loss"] = ((fitted.coef_ ** 2).sum() / 2 +
                                   log_loss(train_labels, fitted.predict_proba(a), normalize=False))
    write("classification", arrays, numbers)


def make_likelihood(random):
    """ln p of binary and real-valued images from draws of a decoder, and of each image from its own row, by SciPy."""
    binary = float32(random.integers(0, 2, (6, 30)))
    logits = float32(4 * random.standard_normal((50, 30)))
    logits[0] *= 10
    logits = float32(logits)
    clip = 1e-6
    p = np.clip(1 / (1 + np.exp(-logits)), clip, 1 - clip)
    joint = binary @ np.log(p).T + (1 - binary) @ np.log1p(-p).T
    values = float32(random.random((6, 30)))
    means = float32(random.random((50, 30)))
    log_variances = float32(random.uniform(-6, 0, (50, 30)))
    gaussian = norm.logpdf(values[:, None], means, np.exp(log_variances / 2)).sum(axis=2)
    write("likelihood", {
        "binary": binary, "logits": logits, "bernoulli": logsumexp(joint, axis=1) - np.log(50),
        "bernoulli_rows": np.diagonal(joint), "values": values,
        "decoded": np.concatenate([means, log_variances], axis=1),
        "gaussian": logsumexp(gaussian, axis=1) - np.log(50), "gaussian_rows": np.diagonal(gaussian),
        "effective": np.exp(2 * logsumexp(joint, axis=1) - logsumexp(2 * joint, axis=1))}, {"clip": clip})


def radii(x, k):
    return NearestNeighbors(n_neighbors=k + 1).fit(x).kneighbors(x)[0][:, -1]


def make_generation(random):
    real = float32(random.standard_normal((150, 4)))
    generated = float32(0.8 * random.standard_normal((130, 4)) + 0.7)
    distances = np.sqrt(((real[:, None] - generated[None]) ** 2).sum(axis=2))
    inside_real = distances <= radii(real, 3)[:, None]
    inside_generated = distances <= radii(generated, 3)[None]
    near, index = NearestNeighbors(n_neighbors=3).fit(real).kneighbors(generated)
    write("generation", {"real": real, "generated": generated, "distances": near, "indices": index},
          {"precision": inside_real.any(axis=0).mean(), "recall": inside_generated.any(axis=1).mean(),
           "coverage": (distances <= radii(real, 5)[:, None]).any(axis=1).mean()})


def make_analysis(random):
    for make in (make_reconstruction, make_pca, make_clustering, make_mixture, make_classification, make_likelihood,
                 make_generation):
        make(random)
