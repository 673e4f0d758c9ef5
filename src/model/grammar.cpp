#include "model/grammar.h"

#include <fmt/format.h>

#include <charconv>
#include <sstream>

#include "core/text.h"
#include "hourglass/error.h"
#include "layers/activation.h"
#include "layers/linear.h"

namespace hourglass {
namespace {

// More units than any layer has; the product of two such sizes can still be counted.
constexpr int64_t kMostUnits = int64_t{1} << 30;

struct LayerText {
  std::string word;
  std::vector<std::string> arguments;
  std::string where;
};

int64_t parse_units(const std::string& text, int64_t sample_dim, const std::string& where) {
  if (text == "output") return sample_dim;
  int64_t units = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), units);
  if (error != std::errc() || end != text.data() + text.size() || units < 1 || units > kMostUnits)
    throw Error(
        ErrorKind::kUsage,
        fmt::format("{}: '{}' is no number of units. Give a whole number from 1 to {}, or 'output' for the size "
                    "of the sample.",
                    where, text, kMostUnits));
  return units;
}

std::unique_ptr<Layer> make_linear(const LayerText& text, const Shape& input, int64_t sample_dim) {
  if (text.arguments.size() != 1)
    throw Error(ErrorKind::kUsage, fmt::format("{}: 'linear' takes one number, such as 'linear 128'; {} were given.",
                                               text.where, text.arguments.size()));
  return std::make_unique<Linear>(num_elements(input), parse_units(text.arguments[0], sample_dim, text.where));
}

// Every layer but the activations, whose words stand in layers/activation.cpp.
struct LayerKind {
  const char* word;
  std::unique_ptr<Layer> (*make)(const LayerText& text, const Shape& input, int64_t sample_dim);
};
constexpr LayerKind kLayerKinds[] = {{"linear", make_linear}};

LayerText split(const std::string& text, const std::string& where) {
  std::istringstream words(text);
  LayerText result{"", {}, where};
  words >> result.word;
  for (std::string argument; words >> argument;) result.arguments.push_back(argument);
  return result;
}

}  // namespace

std::unique_ptr<Layer> make_layer(const std::string& text, const Shape& input, int64_t sample_dim,
                                  const std::string& where) {
  const LayerText parsed = split(text, where);
  for (const LayerKind& kind : kLayerKinds)
    if (parsed.word == kind.word) return kind.make(parsed, input, sample_dim);
  if (const auto activation = activation_named(parsed.word)) {
    if (!parsed.arguments.empty())
      throw Error(ErrorKind::kUsage, fmt::format("{}: '{}' takes no argument, but '{}' follows it.", where, parsed.word,
                                                 parsed.arguments[0]));
    return std::make_unique<ActivationLayer>(*activation, input);
  }
  std::vector<std::string> known;
  for (const LayerKind& kind : kLayerKinds) known.push_back(kind.word);
  for (const std::string& activation : activation_names()) known.push_back(activation);
  throw Error(ErrorKind::kUsage,
              fmt::format("{}: unknown layer '{}'.{}", where, parsed.word, did_you_mean(parsed.word, known)));
}

}  // namespace hourglass
