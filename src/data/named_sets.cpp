#include "data/named_sets.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "data/data_folders.h"
#include "data/idx_dataset.h"
#include "data/synthetic_digits.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

using std::filesystem::path;

std::vector<std::string> digits() { return {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}; }

/// The four files of MNIST, and of those that took its form, with their checksums in this order.
std::vector<SetFile> idx_files(const char* train_images, const char* train_labels, const char* test_images,
                               const char* test_labels) {
  return {{"train-images-idx3-ubyte.gz", train_images},
          {"train-labels-idx1-ubyte.gz", train_labels},
          {"t10k-images-idx3-ubyte.gz", test_images},
          {"t10k-labels-idx1-ubyte.gz", test_labels}};
}

path find_idx(const NamedSet& set, const std::vector<path>& folders) { return find_idx_folder(set.name, folders); }

DataParts load_idx(const NamedSet& set, const DataConfig& config) {
  return load_idx_dataset(set.name, data_folders(config));
}

NamedSet synthetic() {
  NamedSet set;
  set.name = "synthetic-digits";
  set.summary = "digits drawn from strokes, as many as are asked for";
  set.sample_shape = {28, 28, 1};
  set.class_names = digits();
  set.licence = "MIT";
  set.source = "built in; needs no files";
  set.load = [](const NamedSet&, const DataConfig& config) {
    const auto seed = static_cast<uint64_t>(config.synthetic_seed);
    return DataParts{synthetic_digits(config.synthetic_train, seed, DigitPart::kTrain),
                     synthetic_digits(config.synthetic_test, seed, DigitPart::kTest),
                     {}};
  };
  return set;
}

NamedSet idx_set(const char* name, const char* summary) {
  NamedSet set;
  set.name = name;
  set.summary = summary;
  set.num_train = 60000;
  set.num_test = 10000;
  set.sample_shape = {28, 28, 1};
  set.find = find_idx;
  set.load = load_idx;
  return set;
}

NamedSet mnist() {
  NamedSet set = idx_set("mnist", "handwritten digits");
  set.class_names = digits();
  set.licence = "CC BY-SA 3.0";
  set.source = "http://yann.lecun.com/exdb/mnist";
  set.address = "https://ossci-datasets.s3.amazonaws.com/mnist/";
  set.download_bytes = 11594722;
  set.files = idx_files("f68b3c2dcbeaaa9fbdd348bbdeb94873", "d53e105ee54ea40749a09fcbcd1e9432",
                        "9fb629c4189551a2d022fa330f9573f3", "ec29112dd5afa0611ce80d1b7f02629c");
  return set;
}

NamedSet fashion_mnist() {
  NamedSet set = idx_set("fashion-mnist", "articles of clothing");
  set.class_names = {"T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"};
  set.licence = "MIT";
  set.source = "https://github.com/zalandoresearch/fashion-mnist";
  set.address = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/";
  set.download_bytes = 30878645;
  set.files = idx_files("8d4fb7e6c68d591d4c3dfef9ec88bf0d", "25c81989df183df01b3e8a0aad5dffbe",
                        "bef4ecab320f06d8554ea6380940ec79", "bb300cfdad3c16e7a12a480ee83cd310");
  return set;
}

NamedSet kmnist() {
  NamedSet set = idx_set("kmnist", "cursive Japanese characters (Kuzushiji)");
  set.class_names = {"o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"};
  set.licence = "CC BY-SA 4.0";
  set.source = "http://codh.rois.ac.jp/kmnist, ROIS-DS CODH";
  set.address = "http://codh.rois.ac.jp/kmnist/dataset/kmnist/";
  set.download_bytes = 21240888;
  set.files = idx_files("bdb82020997e1d708af4cf47b453dcf7", "e144d726b3acfaa3e44228e80efcd344",
                        "5c965bf0a639b31b8f53240b1b52f4d7", "7320c461ea6c1c855c0b718fb2a4b134");
  return set;
}

}  // namespace

const std::vector<NamedSet>& named_sets() {
  static const std::vector<NamedSet> kSets = {synthetic(), mnist(), fashion_mnist(), kmnist()};
  return kSets;
}

const NamedSet& named_set(const std::string& name) {
  const auto set = std::ranges::find(named_sets(), name, &NamedSet::name);
  if (set != named_sets().end()) return *set;
  throw Error(ErrorKind::kUsage,
              fmt::format("There is no data set '{}'.{}", name, did_you_mean(name, dataset_names())));
}

}  // namespace hourglass
