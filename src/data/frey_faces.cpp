#include "data/frey_faces.h"

#include <fmt/format.h>

#include "formats/mat.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

constexpr int64_t kFaces = 1965, kTrainFaces = 1800, kHeight = 28, kWidth = 20;

}  // namespace

std::vector<uint8_t> read_frey_faces(const std::filesystem::path& file) {
  const NumberArray faces = read_mat(file, "ff");
  if (faces.shape != Shape{kFaces, kHeight * kWidth} || faces.type != NumberType::kUint8)
    throw Error(
        ErrorKind::kData,
        fmt::format("The transposed variable ff in '{}' has shape {} and type {}; {}x{} of type uint8 was expected.",
                    file.string(), to_string(faces.shape), to_string(faces.type), kFaces, kHeight * kWidth));
  const auto values = faces.values<uint8_t>();
  return {values.begin(), values.end()};
}

DataSplit load_frey_faces(const std::filesystem::path& file) {
  const Dataset faces("frey", {kHeight, kWidth, 1}, read_frey_faces(file));
  return {faces.slice(0, kTrainFaces), faces.slice(kTrainFaces, kFaces), {}};
}

}  // namespace hourglass
