#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "command.h"
#include "hourglass/clustering.h"
#include "hourglass/density.h"
#include "hourglass/error.h"
#include "hourglass/image.h"
#include "outputs.h"
#include "results.h"
#include "terminal.h"
#include "text.h"

namespace hourglass::cli {
namespace {

constexpr int64_t kShown = 12;  // images of each cluster

struct ClusterArguments {
  explicit ClusterArguments(Arguments& arguments)
      : run(arguments), outputs(arguments, "clusters", "the cluster of each sample") {
    arguments.add("--clusters", clusters, "number of clusters; 0: the number of classes, or 10 without labels")
        .value("N")
        .range(0, 10000)
        .shows_default();
    arguments.add("--restarts", restarts, "k-means++ starts; the best is kept")
        .value("N")
        .range(1, 1000)
        .shows_default();
    arguments.add("--seed", seed, "seed of the starts").value("N").shows_default();
  }
  RunArguments run;
  Outputs outputs;
  int64_t clusters = 0, restarts = 10;
  uint64_t seed = 1;
};

struct Clustered {
  KMeans fitted;
  Tensor latents;                // of the chosen samples
  std::vector<int32_t> labels;   // their clusters
  std::vector<int32_t> classes;  // of the clusters, or empty without labels
};

int64_t num_clusters(const ClusterArguments& arguments, const Dataset& train) {
  if (arguments.clusters > 0) return arguments.clusters;
  return train.has_labels() ? std::ranges::max(train.labels()) + 1 : 10;
}

// The image numbers of each cluster, nearest to the centroid first.
std::vector<int64_t> nearest_members(const Clustered& clustered, int32_t cluster) {
  std::vector<std::pair<double, int64_t>> members;
  const auto centroid = clustered.fitted.centroids.row(cluster);
  for (int64_t i = 0; i < clustered.latents.rows(); ++i) {
    if (clustered.labels[static_cast<size_t>(i)] != cluster) continue;
    const auto row = clustered.latents.row(i);
    double distance = 0;
    for (size_t j = 0; j < row.size(); ++j)
      distance += std::pow(static_cast<double>(row[j]) - static_cast<double>(centroid[j]), 2);
    members.emplace_back(distance, i);
  }
  std::ranges::sort(members);
  std::vector<int64_t> images;
  for (const auto& [distance, image] : members) images.push_back(image);
  return images;
}

std::string cluster_label(const Clustered& clustered, const Dataset& part, int32_t cluster) {
  const auto size = std::ranges::count(clustered.labels, cluster);
  std::string label = fmt::format("{}: {} images", cluster, size);
  if (clustered.classes.empty() || size == 0) return label;
  const int32_t of_class = clustered.classes[static_cast<size_t>(cluster)];
  int64_t agreeing = 0;
  for (size_t i = 0; i < clustered.labels.size(); ++i)
    agreeing += clustered.labels[i] == cluster && part.labels()[i] == of_class ? 1 : 0;
  return fmt::format("{}, {:.0f} % are {}", label, 100 * static_cast<double>(agreeing) / static_cast<double>(size),
                     part.class_name(of_class));
}

// Each cluster's images nearest to its centroid; white where it has fewer.
std::vector<ImageRow> cluster_rows(const Clustered& clustered, const Autoencoder& model, const Dataset& part) {
  const Dataset seen = model.preprocess(part);
  std::vector<ImageRow> rows;
  for (int32_t cluster = 0; cluster < clustered.fitted.centroids.rows(); ++cluster) {
    Shape shape = part.sample_shape();
    shape.insert(shape.begin(), kShown);
    Tensor images(shape);
    std::ranges::fill(images.values(), 1.0f);
    const std::vector<int64_t> members = nearest_members(clustered, cluster);
    for (size_t i = 0; i < std::min(members.size(), static_cast<size_t>(kShown)); ++i)
      seen.read(members[i], members[i] + 1, images.data() + static_cast<int64_t>(i) * images.row_size());
    rows.push_back({cluster_label(clustered, part, cluster), std::move(images)});
  }
  return rows;
}

Clustered fit(const ClusterArguments& arguments, const Autoencoder& model, const RunData& data) {
  const Dataset &train = data.sets.train, &part = data.chosen;
  const Context context = arguments.run.context();
  KMeansOptions options;
  options.clusters = num_clusters(arguments, train);
  options.restarts = arguments.restarts;
  options.seed = arguments.seed;
  Clustered clustered;
  clustered.fitted = fit_kmeans(model.encode(train, context), options, context);
  clustered.latents = model.encode(part, context);
  clustered.labels = nearest_centroids(clustered.latents, clustered.fitted.centroids, context);
  if (train.has_labels() && part.has_labels())
    clustered.classes = majority_map(Contingency(clustered.fitted.labels, train.labels()));
  return clustered;
}

Json scores(const Clustered& clustered, const RunData& data) {
  // Names, definitions and scales are those of 'evaluate'.
  Json json = {{"inertia", clustered.fitted.inertia / static_cast<double>(data.sets.train.size())}};
  if (clustered.classes.empty()) return json;
  const Contingency of_train(clustered.fitted.labels, data.sets.train.labels()),
      table(clustered.labels, data.chosen.labels());
  json["train_accuracy"] = 100 * mapped_accuracy(of_train, clustered.classes);
  json["accuracy"] = 100 * mapped_accuracy(table, clustered.classes);
  json["accuracy_assigned"] = 100 * mapped_accuracy(table, optimal_assignment(of_train));
  json["purity"] = purity(table);
  json["nmi"] = normalized_mutual_information(table);
  json["ari"] = adjusted_rand_index(table);
  return json;
}

std::string scores_text(const Json& json, const std::string& samples) {
  if (!json.contains("accuracy"))
    return fmt::format("  inertia {:.6g}; the data have no labels to compare with\n", json["inertia"].get<double>());
  const auto value = [&](const char* name) { return json[name].get<double>(); };
  return fmt::format(
      "  accuracy {:.2f} % of the {} ({:.2f} % of the training set), if each cluster is mapped to the\n"
      "  majority class of its training samples; {:.2f} % if each cluster is mapped to a different class.\n"
      "  purity {:.4f}, normalized mutual information {:.4f}, adjusted Rand index {:.4f}\n",
      value("accuracy"), samples, value("train_accuracy"), value("accuracy_assigned"), value("purity"), value("nmi"),
      value("ari"));
}

int cluster(ClusterArguments& arguments) {
  const Autoencoder model = arguments.run.load_model();
  arguments.outputs.check(model, Outputs::Table::kText);
  const RunData data = arguments.run.load(model, RunArguments::Training::kRequired);
  const Dataset& chosen = data.chosen;
  Terminal terminal(arguments.run.output().notes());
  terminal.rewrite(fmt::format("clustering the latents of {} training {}", count(data.sets.train.size()),
                               samples_noun(model.sample_shape())));
  const Clustered clustered = fit(arguments, model, data);
  const auto picture = arguments.outputs.draw(arguments.run, cluster_rows(clustered, model, chosen), kShown);
  Tensor assigned({chosen.size(), 1});
  std::ranges::copy(clustered.labels, assigned.data());
  const std::string written = arguments.outputs.write_values(assigned, {"cluster"}, identify_rows(chosen));
  const Json found = scores(clustered, data);
  arguments.run.output().print(
      fmt::format("{} clusters of {} latents{}{}\n{}{}", clustered.fitted.centroids.rows(), count(model.latent_dim()),
                  clustered.fitted.converged ? "" : " (k-means did not converge)",
                  picture.empty() ? "" : ", the images nearest to each centroid" + picture_text(picture),
                  scores_text(found, data.description()), written),
      [&] {
        return Json{{"run", arguments.run.run()},
                    {"part", data.label()},
                    {"num_samples", chosen.size()},
                    {"clusters", clustered.fitted.centroids.rows()},
                    {"iterations", clustered.fitted.iterations},
                    {"converged", clustered.fitted.converged},
                    {"scores", found},
                    {"picture", picture_json(picture)}};
      });
  return kDone;
}

}  // namespace

Action declare_cluster(Arguments& app) {
  const auto arguments = std::make_shared<ClusterArguments>(app);
  return [arguments] { return cluster(*arguments); };
}

}  // namespace hourglass::cli
