#include "structure/rules.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace hourglass::structure {
namespace {

namespace fs = std::filesystem;
using Names = std::set<std::string>;

// Folders of src/ (and cli/), each with the other folders that it can include.
const std::map<std::string, Names>& layers() {
  static const std::map<std::string, Names> kLayers = {
      {"core", {}},
      {"formats", {"core"}},
      {"config", {"core"}},
      {"kernels", {"core"}},
      {"data", {"core", "formats", "config", "kernels"}},
      {"preprocess", {"core", "config", "kernels", "data"}},
      {"layers", {"core", "config", "kernels"}},
      {"optim", {"core", "config", "kernels"}},
      {"model", {"core", "formats", "config", "kernels", "layers", "data", "preprocess"}},
      {"train", {"core", "formats", "config", "kernels", "layers", "data", "preprocess", "optim", "model"}},
      {"analysis", {"core", "config", "kernels", "data", "preprocess", "model"}},
      {"report", {"core", "formats"}},
      {"detect", {"core", "formats", "config", "kernels", "data", "preprocess", "model", "train"}},
      {"collect",
       {"core", "formats", "config", "kernels", "data", "preprocess", "optim", "model", "train", "analysis", "detect",
        "report"}},
      {"study", {"core", "formats", "config", "data", "model", "train", "analysis", "detect", "report", "collect"}},
      {"fetch", {"core"}},
      {"cli",
       {"core", "formats", "config", "kernels", "layers", "data", "optim", "model", "train", "analysis", "report",
        "detect", "collect", "preprocess", "study", "fetch"}},
  };
  return kLayers;
}

// Folder of src/ of each public header.
const std::map<std::string, std::string>& public_headers() {
  static const std::map<std::string, std::string> kHeaders = {
      {"error.h", "core"},
      {"tensor.h", "core"},
      {"context.h", "core"},
      {"value_range.h", "core"},
      {"config.h", "config"},
      {"dataset.h", "data"},
      {"dataset_blocks.h", "data"},
      {"column_statistics.h", "data"},
      {"anomaly_labels.h", "data"},
      {"fingerprint.h", "data"},
      {"loss.h", "model"},
      {"autoencoder.h", "model"},
      {"adapt.h", "model"},
      {"mask.h", "model"},
      {"calibration.h", "detect"},
      {"detection.h", "detect"},
      {"detection_report.h", "collect"},
      {"detection_metrics.h", "analysis"},
      {"detector.h", "detect"},
      {"trainer.h", "train"},
      {"run_folder.h", "train"},
      {"metrics.h", "analysis"},
      {"image.h", "report"},
      {"report.h", "collect"},
      {"hourglass.h", "cli"},
      {"preprocessing.h", "preprocess"},
      {"pca.h", "preprocess"},
      {"clustering.h", "analysis"},
      {"classification.h", "analysis"},
      {"density.h", "analysis"},
      {"likelihood.h", "analysis"},
      {"generation.h", "analysis"},
      {"sampling.h", "analysis"},
      {"denoising.h", "analysis"},
      {"evaluation.h", "analysis"},
      {"run_data.h", "analysis"},
      {"latent_statistics.h", "analysis"},
  };
  return kHeaders;
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

bool is_source(const fs::path& path) {
  static const Names kExtensions = {".h", ".cpp", ".inc"};
  return kExtensions.contains(path.extension().string());
}

// Returns the files under `folder` for which `accept` is true, sorted. Returns none if the folder does not exist.
template <typename Accept>
std::vector<fs::path> files_under(const fs::path& folder, Accept accept) {
  std::vector<fs::path> files;
  if (!fs::is_directory(folder)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && accept(entry.path())) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

// Returns the layer of a source file, or "" if it has none. `relative`: path relative to the root.
std::string layer_of(const fs::path& relative) {
  auto folder = relative.begin();
  if (*folder == "cli" || *folder == "examples") return folder->string();
  const auto second = std::next(folder);
  if (*folder == "src") return std::next(second) == relative.end() ? "" : second->string();
  const auto header = public_headers().find(relative.filename().string());
  return header == public_headers().end() ? "" : header->second;
}

// Returns the rule that is broken if a source file in `layer` includes `target`, or "".
std::string broken_rule(const std::string& layer, const std::string& target, bool in_quotes) {
  static const std::regex kSimd("(hwy|oneapi|dnnl)([/._].*)?");
  if (std::regex_match(target, kSimd)) return layer == "kernels" ? "" : "only src/kernels can include it";
  if (!in_quotes && !target.starts_with("hourglass/")) return "";
  if (target.find("..") != std::string::npos) return "include paths must be relative to src/ or include/";

  const fs::path path(target);
  const bool is_public = *path.begin() == "hourglass";
  if (layer == "examples") return is_public ? "" : "examples can include only public headers";
  std::string target_layer = path.begin()->string();
  if (is_public) {
    const auto header = public_headers().find(path.filename().string());
    if (header == public_headers().end())
      return "this public header is not assigned to a layer in tests/structure/rules.cpp";
    target_layer = header->second;
  } else if (std::next(path.begin()) == path.end()) {
    return layer == "cli" ? "" : "include paths must be relative to src/ or include/";
  }
  if (target_layer == layer || layers().at(layer).contains(target_layer)) return "";
  return layer + " must not include " + target_layer;
}

}  // namespace

std::vector<std::string> include_violations(const fs::path& root) {
  static const std::regex kInclude(R"re(^\s*#\s*include\s*(["<])([^">]+)[">])re");
  std::vector<std::string> violations;
  for (const char* folder : {"src", "cli", "include", "examples"}) {
    for (const auto& path : files_under(root / folder, is_source)) {
      const fs::path relative = path.lexically_relative(root);
      const std::string layer = layer_of(relative);
      if (layer != "examples" && !layers().contains(layer)) {
        violations.push_back(relative.string() + ": is not assigned to a layer in tests/structure/rules.cpp");
        continue;
      }
      // The umbrella header includes the whole API.
      if (relative.filename() == "hourglass.h") continue;
      std::istringstream text(read(path));
      std::string line;
      for (int number = 1; std::getline(text, line); ++number) {
        std::smatch match;
        if (!std::regex_search(line, match, kInclude)) continue;
        const std::string rule = broken_rule(layer, match[2], match[1] == "\"");
        if (!rule.empty())
          violations.push_back(relative.string() + ":" + std::to_string(number) + ": includes " + match[2].str() +
                               "; " + rule);
      }
    }
  }
  return violations;
}

std::vector<std::string> build_flag_violations(const fs::path& root) {
  static const Names kNames = {"CMakeLists.txt", "CMakePresets.json", "dev"};
  static const std::regex kFlag("-march=native|-mtune=native|-Ofast|-ffast-math|-funsafe-math-optimizations");
  std::vector<fs::path> files;
  for (const auto& name : kNames)
    if (fs::exists(root / name)) files.push_back(root / name);
  const auto is_build_file = [](const fs::path& path) {
    return kNames.contains(path.filename().string()) || path.extension() == ".cmake";
  };
  for (const char* folder : {"cmake", "bench", "examples", "src", "cli"})
    for (const auto& path : files_under(root / folder, is_build_file)) files.push_back(path);

  std::vector<std::string> violations;
  for (const auto& path : files) {
    const std::string text = read(path);
    for (auto match = std::sregex_iterator(text.begin(), text.end(), kFlag); match != std::sregex_iterator(); ++match)
      violations.push_back(path.lexically_relative(root).string() + ": " + match->str());
  }
  return violations;
}

std::vector<std::string> symbol_violations(const std::string& nm_output) {
  static const std::regex kForbidden(
      "_*(v?f?d?w?printf|putc|putchar|f?puts|perror|abort|_?[Ee]xit|quick_exit|assert_fail)(_chk)?"
      "|stdin|stdout|stderr|std::w?(cin|cout|cerr|clog)|fmt::.*::v?print(ln|_.*)?(\\(.*)?"
      "|hwy::(Abort|Warn)(\\(.*)?|s?rand|raise");
  std::vector<std::string> violations;
  std::istringstream lines(nm_output);
  std::string line;
  while (std::getline(lines, line)) {
    // "libhourglass.a:trainer.cpp.o:                 U std::cout@GLIBCXX_3.4"
    const auto mark = line.find(" U ");
    if (mark == std::string::npos) continue;
    std::string symbol = line.substr(mark + 3);
    symbol = symbol.substr(0, symbol.find('@'));
    if (std::regex_match(symbol, kForbidden)) {
      const std::string file = line.substr(0, line.rfind(':', mark));
      violations.push_back(file.substr(file.find_last_of("/") + 1) + ": " + symbol);
    }
  }
  return violations;
}

std::vector<std::string> cpp_blocks(const std::string& markdown) {
  static const std::string kOpen = "```cpp\n";
  std::vector<std::string> blocks;
  for (size_t open = markdown.find(kOpen); open != std::string::npos; open = markdown.find(kOpen, open)) {
    open += kOpen.size();
    const size_t end = markdown.find("```", open);
    if (end == std::string::npos) break;
    blocks.push_back(markdown.substr(open, end - open));
  }
  return blocks;
}

}  // namespace hourglass::structure
