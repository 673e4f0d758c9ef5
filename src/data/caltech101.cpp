#include "data/caltech101.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>

#include "core/team.h"
#include "data/data_folders.h"
#include "data/idx_dataset.h"
#include "data/resampling.h"
#include "formats/image.h"
#include "formats/image_folder.h"

namespace hourglass {
namespace {

namespace fs = std::filesystem;

constexpr const char* kName = "caltech101";
constexpr int64_t kSize = 32;

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

/// Reads one image, converts it to gray and resizes it to 32x32 with a box filter.
void read_gray_image(const fs::path& file, uint8_t* pixels) {
  const DecodedImage image = with_bytes(read_image(file));
  std::vector<float> gray;
  gray.reserve(image.bytes.size() / static_cast<size_t>(image.channels));
  for (size_t i = 0; i < image.bytes.size(); i += static_cast<size_t>(image.channels))
    gray.push_back(image.channels < 3 ? static_cast<float>(image.bytes[i])
                                      : 0.2126f * static_cast<float>(image.bytes[i]) +
                                            0.7152f * static_cast<float>(image.bytes[i + 1]) +
                                            0.0722f * static_cast<float>(image.bytes[i + 2]));
  std::array<float, kSize * kSize> small;
  Resampler(image.height, image.width, kSize, kSize, 1, Resampling::kArea).resize(gray.data(), small.data());
  std::ranges::transform(small, pixels, [](float value) { return static_cast<uint8_t>(std::lround(value)); });
}

/// Loads all images of the category folders, without a split.
Dataset load_images(const fs::path& folder, const Context& context) {
  const ImageFolder found = list_image_folder(folder);
  std::vector<uint8_t> pixels(found.files.size() * kSize * kSize);
  std::vector<int32_t> labels;
  for (const ImageFolder::File& file : found.files) labels.push_back(file.label);
  std::atomic<size_t> next = 0;
  run_team(num_threads(context), [&](int worker) {
    for (size_t i = next++; i < found.files.size(); i = next++) {
      if (worker == 0)
        context.progress("reading images", static_cast<int64_t>(i), static_cast<int64_t>(found.files.size()));
      read_gray_image(found.files[i].path, &pixels[i * kSize * kSize]);
    }
  });
  Dataset images(kName, {kSize, kSize, 1}, std::move(pixels), std::move(labels));
  images.set_class_names(found.classes);
  return images;
}

}  // namespace

std::vector<std::string> caltech101_classes() {
  return {"BACKGROUND_Google",
          "Faces",
          "Faces_easy",
          "Leopards",
          "Motorbikes",
          "accordion",
          "airplanes",
          "anchor",
          "ant",
          "barrel",
          "bass",
          "beaver",
          "binocular",
          "bonsai",
          "brain",
          "brontosaurus",
          "buddha",
          "butterfly",
          "camera",
          "cannon",
          "car_side",
          "ceiling_fan",
          "cellphone",
          "chair",
          "chandelier",
          "cougar_body",
          "cougar_face",
          "crab",
          "crayfish",
          "crocodile",
          "crocodile_head",
          "cup",
          "dalmatian",
          "dollar_bill",
          "dolphin",
          "dragonfly",
          "electric_guitar",
          "elephant",
          "emu",
          "euphonium",
          "ewer",
          "ferry",
          "flamingo",
          "flamingo_head",
          "garfield",
          "gerenuk",
          "gramophone",
          "grand_piano",
          "hawksbill",
          "headphone",
          "hedgehog",
          "helicopter",
          "ibis",
          "inline_skate",
          "joshua_tree",
          "kangaroo",
          "ketch",
          "lamp",
          "laptop",
          "llama",
          "lobster",
          "lotus",
          "mandolin",
          "mayfly",
          "menorah",
          "metronome",
          "minaret",
          "nautilus",
          "octopus",
          "okapi",
          "pagoda",
          "panda",
          "pigeon",
          "pizza",
          "platypus",
          "pyramid",
          "revolver",
          "rhino",
          "rooster",
          "saxophone",
          "schooner",
          "scissors",
          "scorpion",
          "sea_horse",
          "snoopy",
          "soccer_ball",
          "stapler",
          "starfish",
          "stegosaurus",
          "stop_sign",
          "strawberry",
          "sunflower",
          "tick",
          "trilobite",
          "umbrella",
          "watch",
          "water_lilly",
          "wheelchair",
          "wild_cat",
          "windsor_chair",
          "wrench",
          "yin_yang"};
}

fs::path find_caltech101(const std::vector<fs::path>& folders) {
  for (const fs::path& place : places_of(kName, folders)) {
    if (fs::path packed = place / "32x32"; has_idx_files(packed)) return packed;
    for (const fs::path& images : {place / kCaltech101Folder, place / "folder", place})
      if (is_folder(images / "accordion")) return images;
  }
  return {};
}

DataSplit load_caltech101(const fs::path& folder, const Context& context) {
  if (has_idx_files(folder)) return load_idx_folder(kName, folder, context);
  return {load_images(folder, context), {}, {}};
}

}  // namespace hourglass
