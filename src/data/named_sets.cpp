#include "data/named_sets.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/text.h"
#include "data/caltech101.h"
#include "data/data_folders.h"
#include "data/frey_faces.h"
#include "data/idx_dataset.h"
#include "data/natural_patches.h"
#include "data/synthetic_digits.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

using std::filesystem::path;

std::vector<std::string> digits() { return {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}; }

NamedSet synthetic() {
  NamedSet set;
  set.name = "synthetic-digits";
  set.summary = "digits drawn from strokes, any number";
  set.sample_shape = {28, 28, 1};
  set.class_names = digits();
  set.license = "MIT";
  set.source = "built in";
  set.load = [](const NamedSet&, const path&, const DataConfig& config, const Context& context) {
    const auto seed = static_cast<uint64_t>(config.synthetic_seed);
    return DataSplit{synthetic_digits(config.synthetic_train, seed, DigitPart::kTrain, context),
                     synthetic_digits(config.synthetic_test, seed, DigitPart::kTest, context),
                     {}};
  };
  return set;
}

/// A dataset in the four files of MNIST and with its size. `md5`: checksums of the training images and labels, then of
/// the test images and labels.
NamedSet idx_set(const char* name, const char* summary, const std::array<const char*, 4>& md5) {
  NamedSet set;
  set.name = name;
  set.summary = summary;
  set.num_train = 60000;
  set.num_test = 10000;
  set.sample_shape = {28, 28, 1};
  for (size_t i = 0; i < md5.size(); ++i) set.files.push_back({std::string(kIdxFiles[i]) + ".gz", md5[i]});
  set.remedy = fmt::format("put the files {}, each plain or with the extension .gz, into a folder named {}",
                           join({kIdxFiles.begin(), kIdxFiles.end()}), name);
  set.find = [](const NamedSet& wanted, const Folders& folders) {
    const Folders places = places_of(wanted.name, folders);
    const auto place = std::ranges::find_if(places, has_idx_files);
    return place == places.end() ? path() : *place;
  };
  set.load = [](const NamedSet& wanted, const path& folder, const DataConfig&, const Context& context) {
    return load_idx_folder(wanted.name, folder, context);
  };
  return set;
}

NamedSet mnist() {
  NamedSet set = idx_set("mnist", "handwritten digits",
                         {"f68b3c2dcbeaaa9fbdd348bbdeb94873", "d53e105ee54ea40749a09fcbcd1e9432",
                          "9fb629c4189551a2d022fa330f9573f3", "ec29112dd5afa0611ce80d1b7f02629c"});
  set.class_names = digits();
  set.license = "CC BY-SA 3.0";
  set.source = "http://yann.lecun.com/exdb/mnist";
  set.address = "https://ossci-datasets.s3.amazonaws.com/mnist/";
  set.download_bytes = 11'600'000;
  return set;
}

NamedSet fashion_mnist() {
  NamedSet set = idx_set("fashion-mnist", "articles of clothing",
                         {"8d4fb7e6c68d591d4c3dfef9ec88bf0d", "25c81989df183df01b3e8a0aad5dffbe",
                          "bef4ecab320f06d8554ea6380940ec79", "bb300cfdad3c16e7a12a480ee83cd310"});
  set.class_names = {"T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"};
  set.license = "MIT";
  set.source = "https://github.com/zalandoresearch/fashion-mnist";
  set.address = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/";
  set.download_bytes = 30'900'000;
  return set;
}

NamedSet kmnist() {
  NamedSet set = idx_set("kmnist", "cursive Japanese characters (Kuzushiji)",
                         {"bdb82020997e1d708af4cf47b453dcf7", "e144d726b3acfaa3e44228e80efcd344",
                          "5c965bf0a639b31b8f53240b1b52f4d7", "7320c461ea6c1c855c0b718fb2a4b134"});
  set.class_names = {"o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"};
  set.license = "CC BY-SA 4.0";
  set.source = "http://codh.rois.ac.jp/kmnist, ROIS-DS CODH";
  set.address = "http://codh.rois.ac.jp/kmnist/dataset/kmnist/";
  set.download_bytes = 21'200'000;
  return set;
}

NamedSet caltech101() {
  NamedSet set;
  set.name = "caltech101";
  set.summary = "images of objects, gray";
  set.num_train = 7356;
  set.num_test = 1788;
  set.sample_shape = {32, 32, 1};
  set.class_names = caltech101_classes();
  set.license = "CC BY 4.0";
  set.source = "https://data.caltech.edu/records/mzrjq-6wc02";
  set.address = "https://data.caltech.edu/records/mzrjq-6wc02/files/";
  set.download_bytes = 137'400'000;
  set.files = {{"caltech-101.zip", "3138e1922a9193bfa496528edbbc45d0", nullptr, kCaltech101Folder}};
  set.remedy = fmt::format("put the category folder {} into a folder named caltech101", kCaltech101Folder);
  set.find = [](const NamedSet&, const Folders& folders) { return find_caltech101(folders); };
  set.load = [](const NamedSet&, const path& folder, const DataConfig&, const Context& context) {
    return load_caltech101(folder, context);
  };
  return set;
}

NamedSet frey() {
  NamedSet set;
  set.name = "frey";
  set.summary = "frames of a film of one face";
  set.num_train = 1800;
  set.num_test = 165;
  set.sample_shape = {28, 20, 1};
  set.license = "not stated";
  set.source = "https://cs.nyu.edu/~roweis/data.html";
  set.address = "https://cs.nyu.edu/~roweis/data/";
  set.download_bytes = 1'000'000;
  set.files = {{kFreyFile, "687b39ec28b56c183474c235686975cf", read_frey_faces, ""}};
  set.remedy = fmt::format("put {} into a folder named frey", kFreyFile);
  set.find = [](const NamedSet& wanted, const Folders& folders) {
    std::error_code ignored;
    for (const path& place : places_of(wanted.name, folders))
      if (std::filesystem::exists(place / kFreyFile, ignored)) return place / kFreyFile;
    return path();
  };
  set.load = [](const NamedSet&, const path& file, const DataConfig&, const Context&) { return load_frey_faces(file); };
  return set;
}

NamedSet natural_patches() {
  NamedSet set;
  set.name = "natural-patches";
  set.summary = "squares cut from your own photographs, any number";
  set.sample_shape = {DataConfig().patch_size, DataConfig().patch_size, 3};
  set.license = "license of the photographs";
  set.source = "a folder of photographs, such as BSDS500";
  set.remedy = fmt::format("put photographs (.jpg, .png) into a folder named {}", kPhotographsFolder);
  set.find = [](const NamedSet&, const Folders& folders) {
    std::error_code ignored;
    for (const path& folder : folders)
      if (std::filesystem::is_directory(folder / kPhotographsFolder, ignored)) return folder / kPhotographsFolder;
    return path();
  };
  set.load = [](const NamedSet&, const path& folder, const DataConfig& config, const Context& context) {
    return cut_natural_patches(folder, config, context);
  };
  return set;
}

/// Error with the searched folders and what to do.
Error missing(const NamedSet& set, const Folders& folders) {
  std::vector<std::string> places;
  for (const path& folder : folders) places.push_back(fmt::format("'{}'", folder.string()));
  const std::string fetch =
      set.files.empty() ? "To use it, "
                        : fmt::format("'hourglass data fetch {}' downloads it. If you already have it, ", set.name);
  return Error(ErrorKind::kData,
               fmt::format("The dataset '{}' was not found in {}. {}{} in the folder set by data.dir (--data-dir) or "
                           "$HOURGLASS_DATA. The dataset 'synthetic-digits' needs no files.",
                           set.name, places.empty() ? "any folder, because no data folder is set" : join(places), fetch,
                           set.remedy));
}

}  // namespace

const std::vector<NamedSet>& named_sets() {
  static const std::vector<NamedSet> kSets = {synthetic(),  mnist(), fashion_mnist(),  kmnist(),
                                              caltech101(), frey(),  natural_patches()};
  return kSets;
}

const NamedSet& named_set(const std::string& name) {
  const auto set = std::ranges::find(named_sets(), name, &NamedSet::name);
  if (set != named_sets().end()) return *set;
  throw Error(ErrorKind::kUsage, fmt::format("There is no dataset '{}'.{}", name, did_you_mean(name, dataset_names())));
}

DataSplit load_named_set(const NamedSet& set, const DataConfig& config, const Context& context) {
  path found;
  if (set.find) {
    std::error_code ignored;
    if (!config.dir.empty() && !std::filesystem::is_directory(config.dir, ignored))
      throw Error(ErrorKind::kData, fmt::format("The data folder '{}' (data.dir) does not exist.", config.dir));
    found = set.find(set, data_folders(config));
    if (found.empty()) throw missing(set, data_folders(config));
  }
  DataSplit split = set.load(set, found, config, context);
  for (Dataset* data : {&split.train, &split.test, &split.validation})
    if (data->has_labels() && data->class_names().empty()) data->set_class_names(set.class_names);
  return split;
}

}  // namespace hourglass
