#include "data/caltech101.h"

#include "data/data_folders.h"
#include "data/idx_dataset.h"

namespace hourglass {
namespace {

namespace fs = std::filesystem;

constexpr const char* kName = "caltech101";

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
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
    if (const fs::path packed = place / "32x32"; has_idx_files(packed)) return packed;
    for (const fs::path& pictures : {place / kCaltech101Folder, place / "folder", place})
      if (is_folder(pictures / "accordion")) return pictures;
  }
  return {};
}

DataParts load_caltech101(const fs::path& folder, const Context& context) {
  return load_idx_folder(kName, folder, context);
}

}  // namespace hourglass
