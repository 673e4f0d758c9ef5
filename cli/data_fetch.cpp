#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "command.h"
#include "config_flags.h"
#include "data/data_folders.h"
#include "data/named_sets.h"
#include "fetch/checksum.h"
#include "fetch/download.h"
#include "fetch/unpack.h"
#include "fetch_display.h"
#include "hourglass/error.h"
#include "terminal.h"
#include "text.h"

namespace hourglass::cli {
namespace {

namespace fs = std::filesystem;

struct FetchArguments {
  explicit FetchArguments(Arguments& arguments) : all(arguments), flags(arguments) {
    arguments.add("NAME", names, "datasets ('hourglass data list' lists them)").required();
    flags.add("--data-dir", "data.dir", "DIR");
    arguments.add("--from", from, "address of a web folder with the same files, instead of the official one")
        .value("URL");
    arguments.add("--timeout", timeout, "seconds without data after which a connection is closed")
        .value("S")
        .range(1, 3600)
        .shows_default();
    arguments.set_footer(
        "The files go to DIR/NAME. DIR is --data-dir, else $HOURGLASS_DATA, else the cache folder. An interrupted\n"
        "download is resumed when the command is run again. Existing files are not overwritten.");
  }
  Arguments& all;
  std::vector<std::string> names;
  ConfigFlags flags;
  std::string from;
  double timeout = 30;
};

fs::path target_folder(const FetchArguments& arguments) {
  Config config;
  arguments.flags.apply(config);
  const std::vector<fs::path> folders = data_folders(config.data);
  if (folders.empty())
    throw Error(ErrorKind::kUsage, "There is no folder to download to. Give one with --data-dir or $HOURGLASS_DATA.");
  return folders.front();
}

const NamedSet& fetchable_set(const std::string& name) {
  const NamedSet& set = named_set(name);
  if (set.address.empty())
    throw Error(ErrorKind::kUsage, fmt::format("'{}' has nothing to download: {}.", name, set.source));
  return set;
}

/// Why the file is not the official one, or "".
std::string checksum_problem(const SetFile& file, const fs::path& path) try {
  const std::string found = file.values ? md5(file.values(path)) : md5_of_file(path);
  return found == file.md5 ? "" : fmt::format("its MD5 is {}; expected {}", found, file.md5);
} catch (const Error& error) {
  return error.what();
}

/// Path of the file if it exists, packed or not, else "".
fs::path existing(const fs::path& path) {
  std::error_code ignored;
  if (fs::exists(path, ignored)) return path;
  fs::path unpacked = path;
  return path.extension() == ".gz" && fs::exists(unpacked.replace_extension(), ignored) ? unpacked : fs::path();
}

void fetch_file(const SetFile& file, const std::string& address, const fs::path& folder,
                const FetchArguments& arguments, Terminal& terminal) {
  if (const fs::path there = existing(folder / file.name); !there.empty()) {
    const std::string problem =
        there.filename() == file.name ? checksum_problem(file, there) : "it is not compressed as the official file is";
    terminal.print(
        fmt::format("  {}  exists, {}", there.filename().string(),
                    problem.empty() ? "checksum correct" : "not the official file; kept as it is: " + problem));
    return;
  }
  FetchDisplay display(terminal, file.name);
  const auto check = [&](const fs::path& path) { return checksum_problem(file, path); };
  DownloadOptions options;
  options.stall_seconds = arguments.timeout;
  options.on_progress = [&](const DownloadProgress& progress) { display.on_progress(progress); };
  display.on_end(download({address + file.name, folder / file.name, check}, options));
}

/// Downloads a file of a set and unpacks it if it is an archive.
void bring(const SetFile& file, const std::string& address, const fs::path& folder, const FetchArguments& arguments,
           Terminal& terminal) {
  const fs::path unpacked = folder / file.unpacks_to;
  std::error_code ignored;
  if (!file.unpacks_to.empty() && fs::exists(unpacked, ignored)) {
    terminal.print(fmt::format("  {}  exists; kept as it is", file.unpacks_to));
    return;
  }
  fetch_file(file, address, folder, arguments, terminal);
  if (file.unpacks_to.empty()) return;
  terminal.rewrite(fmt::format("  unpacking {}", file.name));
  const int64_t num_images = unpack_images(folder / file.name, file.unpacks_to, unpacked);
  fs::remove(folder / file.name, ignored);
  terminal.print(fmt::format("  {}  {} images unpacked", file.unpacks_to, count(num_images)));
}

int fetch(const FetchArguments& arguments) {
  Json fetched = Json::array();
  for (const std::string& name : arguments.names) fetchable_set(name);
  Terminal terminal(arguments.all.output().stream());
  for (const std::string& name : arguments.names) {
    const NamedSet& set = fetchable_set(name);
    const fs::path folder = target_folder(arguments) / name;
    std::string address = arguments.from.empty() ? set.address : arguments.from;
    if (!address.ends_with('/')) address += '/';
    terminal.print(fmt::format("{}: {} from {} into {}", terminal.bold(name), bytes(set.download_bytes), address,
                               folder.string()));
    for (const SetFile& file : set.files) bring(file, address, folder, arguments, terminal);
    terminal.print(fmt::format("  license: {}; source: {}", set.license, set.source));
    fetched.push_back({{"name", name}, {"folder", folder.string()}});
  }
  arguments.all.output().print("", [&] { return fetched; });
  return kDone;
}

}  // namespace

Action declare_data_fetch(Arguments& app) {
  const auto arguments = std::make_shared<FetchArguments>(app);
  return [arguments] { return fetch(*arguments); };
}

}  // namespace hourglass::cli
