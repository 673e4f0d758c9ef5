#include "model/grammar.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <sstream>

#include "core/text.h"
#include "hourglass/error.h"
#include "layers/activation.h"
#include "layers/batch_norm.h"
#include "layers/conv2d.h"
#include "layers/dropout.h"
#include "layers/gaussian_latent.h"
#include "layers/layer_norm.h"
#include "layers/linear.h"
#include "layers/lstm.h"
#include "layers/pool2d.h"
#include "layers/reshape.h"
#include "layers/upsample2d.h"

namespace hourglass {
namespace {

// Larger than any layer; the product of two such sizes does not overflow.
constexpr int64_t kMostUnits = int64_t{1} << 30;

// The parsed text of a layer and its position in the model.
struct LayerText {
  const LayerForm* form;
  std::string text, part, where;
  std::string word;
  std::vector<std::string> arguments;          // those without '='
  std::map<std::string, std::string> options;  // the others
  int64_t output_dim;
  uint32_t number;  // unique number of the layer in the model, for its noise stream
};

[[noreturn]] void reject(const LayerText& text, const std::string& problem) {
  throw Error(ErrorKind::kUsage, fmt::format("{} ('{}'): {}", text.where, text.text, problem));
}

int64_t parse_size(const LayerText& text, const std::string& what, const std::string& value, int64_t least = 1) {
  int64_t size = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), size);
  if (error != std::errc() || end != value.data() + value.size() || size < least || size > kMostUnits)
    reject(text, fmt::format("{} is '{}'; expected an integer from {} to {}.", what, value, least, kMostUnits));
  return size;
}

// The options of a form, with their defaults.
std::vector<std::pair<std::string, std::string>> named_options(const LayerForm& form) {
  std::vector<std::pair<std::string, std::string>> named;
  std::istringstream words(form.options);
  for (std::string word; words >> word;) {
    const auto equals = word.find('=');
    named.emplace_back(word.substr(0, equals), word.substr(equals + 1));
  }
  return named;
}

// Rejects a text with another number of arguments or with an option that its form does not have.
void check_form(const LayerText& text, size_t num_arguments) {
  if (text.arguments.size() != num_arguments)
    reject(text, fmt::format("expected the form '{}' ({}); found {} arguments.", text.form->example, text.form->help,
                             text.arguments.size()));
  std::vector<std::string> known;
  for (const auto& [key, value] : named_options(*text.form)) known.push_back(key);
  for (const auto& [key, value] : text.options)
    if (std::ranges::find(known, key) == known.end())
      reject(text, fmt::format("unknown option '{}'.{}", key,
                               known.empty() ? " This layer has no options." : did_you_mean(key, known)));
}

int64_t option(const LayerText& text, const std::string& key, int64_t least) {
  if (const auto given = text.options.find(key); given != text.options.end())
    return parse_size(text, key, given->second, least);
  const auto named = named_options(*text.form);
  return parse_size(text, key, std::ranges::find(named, key, &std::pair<std::string, std::string>::first)->second,
                    least);
}

using LayerPointer = std::unique_ptr<Layer>;

LayerPointer make_linear(const LayerText& text, const Shape& input) {
  check_form(text, 1);
  const int64_t units =
      text.arguments[0] == "output" ? text.output_dim : parse_size(text, "the number of units", text.arguments[0]);
  return std::make_unique<Linear>(num_elements(input), units);
}

ConvolutionShape convolution(const LayerText& text) {
  return {parse_size(text, "the number of channels", text.arguments[0]),
          option(text, "kernel", 1),
          option(text, "stride", 1),
          option(text, "padding", 0),
          text.word == "conv_transpose2d" ? option(text, "output_padding", 0) : 0,
          option(text, "dilation", 1),
          option(text, "groups", 1)};
}

LayerPointer make_conv2d(const LayerText& text, const Shape& input) {
  check_form(text, 1);
  return std::make_unique<Conv2d>(input, convolution(text));
}

LayerPointer make_conv_transpose2d(const LayerText& text, const Shape& input) {
  check_form(text, 1);
  return std::make_unique<ConvTranspose2d>(input, convolution(text));
}

template <class Pool>
LayerPointer make_pool(const LayerText& text, const Shape& input) {
  check_form(text, 1);
  const int64_t kernel = parse_size(text, "the window", text.arguments[0]);
  return std::make_unique<Pool>(input, kernel, text.options.contains("stride") ? option(text, "stride", 1) : kernel);
}

LayerPointer make_upsample2d(const LayerText& text, const Shape& input) {
  check_form(text, 1);
  return std::make_unique<Upsample2d>(input, parse_size(text, "the factor", text.arguments[0]));
}

LayerPointer make_lstm(const LayerText& text, const Shape& input) {
  const bool last = text.arguments.size() == 2 && text.arguments[1] == "last";
  check_form(text, last ? 2 : 1);
  return std::make_unique<Lstm>(input, parse_size(text, "the number of units", text.arguments[0]), !last);
}

LayerPointer make_repeat(const LayerText& text, const Shape& input) {
  check_form(text, 1);
  return std::make_unique<Repeat>(input, parse_size(text, "the number of steps", text.arguments[0]));
}

LayerPointer make_gaussian(const LayerText& text, const Shape& input) {
  check_form(text, 1);
  if (text.part != "latent") reject(text, "gaussian is a latent, not a layer. Set it as model.latent.");
  return std::make_unique<GaussianLatent>(input, parse_size(text, "the number of latents", text.arguments[0]),
                                          text.number);
}

LayerPointer make_batch_norm(const LayerText& text, const Shape& input) {
  check_form(text, 0);
  return std::make_unique<BatchNorm>(input);
}

LayerPointer make_layer_norm(const LayerText& text, const Shape& input) {
  check_form(text, 0);
  return std::make_unique<LayerNorm>(input);
}

LayerPointer make_dropout(const LayerText& text, const Shape& input) {
  check_form(text, 1);
  const std::string& value = text.arguments[0];
  double rate = -1;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), rate);
  if (error != std::errc() || end != value.data() + value.size() || !(rate >= 0 && rate < 1))
    reject(text, fmt::format("the rate is '{}'; expected a number that is at least 0 and below 1.", value));
  return std::make_unique<Dropout>(input, static_cast<float>(rate), text.number);
}

LayerPointer make_flatten(const LayerText& text, const Shape& input) {
  check_form(text, 0);
  return std::make_unique<Reshape>(input, Shape{num_elements(input)});
}

LayerPointer make_reshape(const LayerText& text, const Shape& input) {
  check_form(text, 1);
  Shape shape;
  std::istringstream sizes(text.arguments[0]);
  for (std::string size; std::getline(sizes, size, 'x');) shape.push_back(parse_size(text, "a size", size));
  if (num_elements(shape) != num_elements(input))
    reject(text, fmt::format("{} has {} values, but the input {} has {}.", to_string(shape), num_elements(shape),
                             to_string(input), num_elements(input)));
  return std::make_unique<Reshape>(input, shape);
}

LayerPointer make_activation(const LayerText& text, const Shape& input) {
  check_form(text, 0);
  return std::make_unique<ActivationLayer>(*activation_named(text.word), input);
}

struct LayerKind {
  LayerForm form;
  LayerPointer (*make)(const LayerText& text, const Shape& input);
};
constexpr LayerKind kLayerKinds[] = {
    {{"linear", "linear 128", "", "fully connected, 128 outputs; 'linear output': the number of values of a sample"},
     make_linear},
    {{"conv2d", "conv2d 16", "kernel=3 stride=1 padding=0 dilation=1 groups=1", "convolution to 16 channels"},
     make_conv2d},
    {{"conv_transpose2d", "conv_transpose2d 16", "kernel=3 stride=1 padding=0 output_padding=0 dilation=1 groups=1",
      "transposed convolution to 16 channels"},
     make_conv_transpose2d},
    {{"max_pool2d", "max_pool2d 2", "stride=2", "maximum of 2x2 windows; the default stride is the window size"},
     make_pool<MaxPool2d>},
    {{"avg_pool2d", "avg_pool2d 2", "stride=2", "mean of 2x2 windows; the default stride is the window size"},
     make_pool<AvgPool2d>},
    {{"upsample2d", "upsample2d 2", "", "repeats every pixel twice in both directions"}, make_upsample2d},
    {{"lstm", "lstm 128", "", "LSTM of 128 units; returns all steps; 'lstm 128 last': returns only the last step"},
     make_lstm},
    {{"repeat", "repeat 28", "", "repeats the input 28 times, as a sequence"}, make_repeat},
    {{"batch_norm", "batch_norm", "", "normalizes each feature or channel over the batch, then scales and shifts it"},
     make_batch_norm},
    {{"layer_norm", "layer_norm", "", "normalizes the values of each sample, then scales and shifts them"},
     make_layer_norm},
    {{"dropout", "dropout 0.2", "", "sets a fifth of the values to 0 in training"}, make_dropout},
    {{"flatten", "flatten", "", "makes a vector of all values of a sample"}, make_flatten},
    {{"reshape", "reshape 7x7x32", "", "changes the shape: height x width x channels, or any other shape"},
     make_reshape},
    {{"gaussian", "gaussian 32", "", "only as model.latent: 32 normal latents with learned means and variances"},
     make_gaussian},
    {{"identity", "identity", "", "x, unchanged"}, make_activation},
    {{"relu", "relu", "", "max(0, x)"}, make_activation},
    {{"leaky_relu", "leaky_relu", "", "x, or x / 100 below 0"}, make_activation},
    {{"elu", "elu", "", "x, or exp(x) - 1 below 0"}, make_activation},
    {{"gelu", "gelu", "", "x * Phi(x), Phi the normal distribution function"}, make_activation},
    {{"tanh", "tanh", "", "the hyperbolic tangent"}, make_activation},
    {{"sigmoid", "sigmoid", "", "1 / (1 + exp(-x))"}, make_activation},
    {{"softplus", "softplus", "", "log(1 + exp(x))"}, make_activation}};

// Adds the position of the layer to the message of a layer that rejects its input.
LayerPointer make_named(const LayerKind& kind, const LayerText& text, const Shape& input) {
  try {
    return kind.make(text, input);
  } catch (const Error& error) {
    const std::string message = error.what();
    if (message.starts_with(text.where)) throw;
    throw Error(error.kind(), fmt::format("{} ('{}'): {}", text.where, text.text, message));
  }
}

LayerText split(const LayerPlace& place, const std::string& text) {
  const std::string where = place.part == "latent" ? "latent" : fmt::format("{} layer {}", place.part, place.index + 1);
  LayerText result{nullptr, text, place.part, where, "", {}, {}, place.output_dim, place.number()};
  std::istringstream words(text);
  words >> result.word;
  for (std::string word; words >> word;) {
    const auto equals = word.find('=');
    if (equals == std::string::npos)
      result.arguments.push_back(word);
    else
      result.options[word.substr(0, equals)] = word.substr(equals + 1);
  }
  return result;
}

}  // namespace

std::vector<LayerForm> layer_forms() {
  std::vector<LayerForm> forms;
  for (const LayerKind& kind : kLayerKinds) forms.push_back(kind.form);
  return forms;
}

std::unique_ptr<Layer> make_layer(const std::string& text, const Shape& input, const LayerPlace& place) {
  LayerText parsed = split(place, text);
  std::vector<std::string> known;
  for (const LayerKind& kind : kLayerKinds) {
    if (parsed.word == kind.form.word) {
      parsed.form = &kind.form;
      return make_named(kind, parsed, input);
    }
    known.emplace_back(kind.form.word);
  }
  throw Error(ErrorKind::kUsage,
              fmt::format("{}: unknown layer '{}'.{}", parsed.where, parsed.word, did_you_mean(parsed.word, known)));
}

}  // namespace hourglass
