#include "fetch/checksum.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <vector>

#include "hourglass/error.h"

namespace hourglass {
namespace {

class Md5 {
 public:
  Md5() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_md5(), nullptr) != 1)
      throw Error(ErrorKind::kIo, "OpenSSL cannot compute MD5 checksums, so downloads cannot be checked.");
  }
  void add(const void* bytes, size_t size) { EVP_DigestUpdate(context_.get(), bytes, size); }
  std::string hex() {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    EVP_DigestFinal_ex(context_.get(), digest, &size);
    std::string text;
    for (unsigned int i = 0; i < size; ++i) text += fmt::format("{:02x}", digest[i]);
    return text;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

}  // namespace

std::string md5(std::span<const uint8_t> bytes) {
  Md5 sum;
  sum.add(bytes.data(), bytes.size());
  return sum.hex();
}

std::string md5_of_file(const std::filesystem::path& path) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  Md5 sum;
  std::vector<char> block(1 << 20);
  while (in) {
    in.read(block.data(), static_cast<std::streamsize>(block.size()));
    sum.add(block.data(), static_cast<size_t>(in.gcount()));
  }
  if (!in.eof()) throw Error(ErrorKind::kIo, fmt::format("Cannot read '{}': {}.", path.string(), std::strerror(errno)));
  return sum.hex();
}

}  // namespace hourglass
