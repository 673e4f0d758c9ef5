#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "collect/collect.h"
#include "core/text.h"
#include "hourglass/metrics.h"

namespace hourglass {
namespace {

constexpr int64_t kBlockRows = 1024;
constexpr int64_t kNumShown = 12, kNumExtreme = 10;

/// Mean squared error of each test sample.
std::vector<double> all_errors(const Subject& subject) {
  std::vector<double> errors;
  const int64_t n = subject.data.test.size();
  std::vector<int64_t> block;
  for (int64_t begin = 0; begin < n; begin += kBlockRows) {
    block.resize(static_cast<size_t>(std::min(kBlockRows, n - begin)));
    std::iota(block.begin(), block.end(), begin);
    const Tensor samples = model_values(subject.model, subject.data.test, block);
    const std::vector<double> found =
        squared_errors(samples, subject.model.reconstruct_preprocessed(samples, subject.context));
    errors.insert(errors.end(), found.begin(), found.end());
  }
  return errors;
}

PictureGrid grid_of(const Subject& subject, const std::string& title, const std::string& note,
                    std::span<const int64_t> indices, const std::vector<double>& errors) {
  const Tensor originals = model_values(subject.model, subject.data.test, indices);
  const Tensor reconstructions = subject.model.reconstruct_preprocessed(originals, subject.context);
  const Tensor differences = absolute_difference(originals, reconstructions);
  const float most = largest(differences);
  std::vector<std::string> captions;
  for (const int64_t index : indices) captions.push_back(fmt::format("{:.3g}", errors[static_cast<size_t>(index)]));
  return {
      title,
      fmt::format("{} Below each: its mean squared error. {} is an error of {:.2g}.", note,
                  is_image(subject.model.sample_shape()) ? "The strongest color" : "The top of each error plot", most),
      {{"original", picture_sheet(originals, subject.range)},
       {"reconstruction", picture_sheet(reconstructions, subject.range)},
       {"error", picture_sheet(differences, {0, most}), PictureStyle::kError, captions}}};
}

std::vector<ClassError> class_errors(const Dataset& test, const std::vector<double>& errors) {
  std::vector<ClassError> classes;
  for (const std::string& name : class_names(test)) classes.push_back({name, 0, 0});
  for (size_t i = 0; i < test.labels().size(); ++i) {
    ClassError& of_its_class = classes[static_cast<size_t>(test.labels()[i])];
    ++of_its_class.count;
    of_its_class.mse += errors[i];
  }
  for (ClassError& each : classes) each.mse /= static_cast<double>(std::max<int64_t>(1, each.count));
  return classes;
}

}  // namespace

ReconstructionParts collect_reconstructions(const Subject& subject) {
  const std::vector<double> errors = all_errors(subject);
  const auto n = static_cast<int64_t>(errors.size());
  std::vector<int64_t> order(errors.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](int64_t i) { return errors[static_cast<size_t>(i)]; });

  const std::vector<int64_t> shown = evenly_spaced(n, kNumShown);
  ReconstructionParts parts{{grid_of(subject, fmt::format("Test {}", subject.nouns.samples),
                                     "Evenly spaced over the test set.", shown, errors)},
                            class_errors(subject.data.test, errors)};
  if (n > 3 * kNumExtreme) {
    const auto from = [&](int64_t first) {
      return std::span(order).subspan(static_cast<size_t>(first), static_cast<size_t>(kNumExtreme));
    };
    const auto add = [&](const char* title, const std::string& note, int64_t first) {
      parts.grids.push_back(grid_of(subject, title, note, from(first), errors));
    };
    add("Best", fmt::format("The smallest errors of all {} test {}.", count(n), subject.nouns.samples), 0);
    add("Median", "Errors around the median.", (n - kNumExtreme) / 2);
    add("Worst", "The largest errors.", n - kNumExtreme);
  }
  return parts;
}

}  // namespace hourglass
