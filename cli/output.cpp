#include "output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "core/file.h"
#include "core/json.h"
#include "hourglass/error.h"

namespace hourglass::cli {
namespace {

std::string read_standard_input() {
  std::string bytes;
  char block[1 << 16];
  while (const size_t count = std::fread(block, 1, sizeof block, stdin)) bytes.append(block, count);
  if (std::ferror(stdin)) throw Error(ErrorKind::kIo, "Cannot read standard input.");
  if (bytes.empty()) throw Error(ErrorKind::kData, "Standard input is empty; expected a CSV, npy, npz or image file.");
  return bytes;
}

std::string extension_of(const std::string& bytes) {
  if (bytes.starts_with("\x93NUMPY")) return ".npy";
  if (bytes.starts_with("PK\x03\x04")) return ".npz";
  if (bytes.starts_with("\x89PNG")) return ".png";
  if (bytes.starts_with("\xFF\xD8\xFF")) return ".jpg";
  return ".csv";
}

}  // namespace

void Output::configure(bool quiet, bool json) {
  quiet_ = quiet;
  json_ = json;
}

void Output::claim(const std::string& option, const std::filesystem::path& path) {
  if (path.empty()) return;
  const auto same = std::ranges::find_if(claimed_, [&](const auto& other) {
    return std::filesystem::absolute(other.second).lexically_normal() ==
           std::filesystem::absolute(path).lexically_normal();
  });
  const std::string other = is_standard_stream(path) && json_ ? "--json" : same == claimed_.end() ? "" : same->first;
  if (!other.empty())
    throw Error(ErrorKind::kUsage,
                fmt::format("{} and {} both write to {}. Use a different file for one of them.", other, option,
                            is_standard_stream(path) ? "standard output" : path.string()));
  claimed_.emplace_back(option, path);
}

void Output::check_input(const std::filesystem::path& path) const {
  for (const auto& [option, claimed] : claimed_)
    if (std::error_code ignored; std::filesystem::equivalent(claimed, path, ignored))
      throw Error(ErrorKind::kUsage, fmt::format("{} '{}' is a file of the data, which would be overwritten. Choose "
                                                 "another file.",
                                                 option, claimed.string()));
}

void Output::print(const std::string& text, const std::function<Json()>& json) const {
  if (json_)
    fmt::print("{}\n", json_text(json()));
  else if (std::FILE* to = stream())
    fmt::print(to, "{}", text);
}

void Output::note(const std::string& line) const {
  if (std::FILE* to = notes()) fmt::print(to, "{}\n", line);
}

std::FILE* Output::stream() const {
  const bool writes_file =
      std::ranges::any_of(claimed_, [](const auto& each) { return is_standard_stream(each.second); });
  return quiet_ ? nullptr : json_ || writes_file ? stderr : stdout;
}

void write_output(const std::filesystem::path& path, const std::string& bytes) {
  if (!is_standard_stream(path)) return write_file_atomically(path, bytes);
  if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size() || std::fflush(stdout) != 0)
    throw Error(ErrorKind::kIo, "Cannot write to standard output.");
}

void write_output(const std::filesystem::path& path, const std::function<void(std::ostream&)>& write) {
  if (!is_standard_stream(path)) return write_file_atomically(path, write);
  write(std::cout);
  if (!std::cout.flush()) throw Error(ErrorKind::kIo, "Cannot write to standard output.");
}

StandardInputFile::StandardInputFile() {
  const std::string bytes = read_standard_input(), extension = extension_of(bytes);
  std::string name = (std::filesystem::temp_directory_path() / ("stdin-XXXXXX" + extension)).string();
  const int descriptor = mkstemps(name.data(), static_cast<int>(extension.size()));
  if (descriptor < 0) throw Error(ErrorKind::kIo, fmt::format("Cannot create a temporary file '{}'.", name));
  close(descriptor);
  path_ = name;
  write_file_atomically(path_, bytes);
}

StandardInputFile::~StandardInputFile() {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

}  // namespace hourglass::cli
