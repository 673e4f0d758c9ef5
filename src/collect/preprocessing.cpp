#include <fmt/format.h>

#include "collect/collect.h"
#include "collect/stored_images.h"

namespace hourglass {
namespace {

constexpr int64_t kNumShown = 12;

}  // namespace

std::vector<PictureGrid> collect_preprocessing(const Subject& subject) {
  const std::vector<int64_t> indices = evenly_spaced(subject.data.test.size(), kNumShown);
  const std::optional<Tensor> stored = stored_images(subject.model, subject.stored.test, indices);
  if (!stored) return {};
  return {{fmt::format("Test {}", subject.nouns.samples),
           fmt::format("Stored as {}, preprocessed to {}: {}.", fmt::join(subject.stored.test.sample_shape(), " × "),
                       fmt::join(subject.model.sample_shape(), " × "),
                       fmt::join(subject.model.config().data.preprocess, ", ")),
           {{"stored", picture_sheet(*stored)},
            {"preprocessed", picture_sheet(model_values(subject.model, subject.data.test, indices), subject.range)}}}};
}

}  // namespace hourglass
