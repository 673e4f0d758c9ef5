#include "hourglass/autoencoder.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/hash.h"
#include "core/team.h"
#include "hourglass/adapt.h"
#include "hourglass/error.h"
#include "kernels/activation.h"
#include "layers/initializer.h"
#include "model/component_start.h"
#include "model/corruption.h"
#include "model/network.h"
#include "model/objective.h"

namespace hourglass {
namespace {

// Rows per block of a worker in inference: enough for full speed with little memory.
constexpr int64_t kBlockRows = 128;

void check_sample_size(int64_t found, const Autoencoder& model, const char* what, int64_t expected) {
  if (found != expected)
    throw Error(ErrorKind::kUsage, fmt::format("The model ({}) needs {} of {} values, but these have {}.",
                                               model.config().model.name, what, expected, found));
}

// Runs block(workspace of the worker, begin, rows) over all rows, split over the workers.
template <typename Block>
void for_each_block(const Network& network, int64_t rows, const Context& context, const Block& block) {
  const int64_t blocks = (rows + kBlockRows - 1) / kBlockRows;
  const int workers = static_cast<int>(std::clamp<int64_t>(blocks, 1, num_threads(context)));
  run_team(workers, [&](int worker) {
    const Range range = share(rows, workers, worker, kBlockRows);
    if (range.size() == 0) return;
    const Workspace workspace = network.make_workspace(std::min<int64_t>(kBlockRows, range.size()), false);
    for (long begin = range.begin; begin < range.end; begin += kBlockRows)
      block(workspace, begin, std::min<int64_t>(kBlockRows, range.end - begin));
  });
}

// Writes rows [begin, begin + rows) to the input of a workspace.
using Source = std::function<void(int64_t begin, int64_t rows, float* input)>;

Source from_tensor(const Tensor& samples) {
  return [&samples](int64_t begin, int64_t rows, float* input) {
    std::copy_n(samples.data() + begin * samples.row_size(), rows * samples.row_size(), input);
  };
}

Source from_dataset(Dataset samples) {
  return [samples = std::move(samples)](int64_t begin, int64_t rows, float* input) {
    samples.read(begin, begin + rows, input);
  };
}

Tensor run_encoder(const Network& network, int64_t rows, const Source& source, const Context& context) {
  Tensor latents({rows, network.latent_dim()});
  for_each_block(network, rows, context, [&](const Workspace& workspace, int64_t begin, int64_t count) {
    source(begin, count, workspace.arena.at(workspace.input));
    std::copy_n(network.encode({count}, workspace), count * network.latent_dim(),
                latents.data() + begin * network.latent_dim());
  });
  return latents;
}

Shape batch_shape(int64_t rows, const Shape& sample_shape) {
  Shape shape = {rows};
  shape.insert(shape.end(), sample_shape.begin(), sample_shape.end());
  return shape;
}

Tensor run_both(const Network& network, int64_t rows, const Source& source, const Context& context) {
  Tensor samples(batch_shape(rows, network.sample_shape()));
  for_each_block(network, rows, context, [&](const Workspace& workspace, int64_t begin, int64_t count) {
    source(begin, count, workspace.arena.at(workspace.input));
    const float* logits = network.decode({count}, network.encode({count}, workspace), workspace);
    network.write_samples(count, logits, samples.data() + begin * network.sample_dim());
  });
  return samples;
}

}  // namespace

Autoencoder::Autoencoder(Config config, const Shape& sample_shape)
    : Autoencoder(std::move(config), sample_shape, Preprocessing()) {}

Autoencoder::Autoencoder(const Config& config, const Dataset& train, const Context& context)
    : Autoencoder(adapt_config(config, train, context)) {
  if (config_.model.initializer == "pca") start_from_components(*network_, preprocess(train), context);
}

Autoencoder::Autoencoder(AdaptedConfig adapted) : Autoencoder(std::move(adapted.config), adapted.preprocessing) {}

Autoencoder::Autoencoder(Config config, const Preprocessing& fitted)
    : Autoencoder(std::move(config), fitted.output_shape(), fitted) {}

Autoencoder::Autoencoder(Config config, const Shape& sample_shape, Preprocessing preprocessing)
    : config_(std::move(config)),
      preprocessing_(std::move(preprocessing)),
      network_(std::make_unique<Network>(config_.model, config_.objective, sample_shape, preprocessing_.categories())) {
  check_ranges(config_);
  Objective(config_.objective, *network_, value_range());
  [[maybe_unused]] const Corruption checked(config_.corruption, sample_shape, value_scale());
  network_->initialize(config_.model.initializer, static_cast<uint64_t>(config_.train.seed));
}

Autoencoder::Autoencoder(Autoencoder&&) noexcept = default;
Autoencoder& Autoencoder::operator=(Autoencoder&&) noexcept = default;
Autoencoder::~Autoencoder() = default;

const Config& Autoencoder::config() const { return config_; }
const Shape& Autoencoder::sample_shape() const { return network_->sample_shape(); }
int64_t Autoencoder::sample_dim() const { return network_->sample_dim(); }
int64_t Autoencoder::latent_dim() const { return network_->latent_dim(); }
int64_t Autoencoder::num_parameters() const { return network_->num_parameters(); }
Network& Autoencoder::network() { return *network_; }
const Network& Autoencoder::network() const { return *network_; }

std::string Autoencoder::weights_fingerprint() const {
  const std::span<const float> weights(network_->flat(), static_cast<size_t>(network_->flat_size()));
  return fmt::format("{:016x}", hash_bytes(std::as_bytes(weights), preprocessing_.fingerprint()));
}

std::vector<ParameterView> Autoencoder::parameters() {
  std::vector<ParameterView> views;
  for (const Parameter& parameter : network_->parameter_list())
    views.push_back({parameter.name,
                     parameter.spec.shape,
                     {network_->flat() + parameter.offset, static_cast<size_t>(num_elements(parameter.spec.shape))}});
  return views;
}

std::vector<LayerSummary> Autoencoder::summary() const {
  std::vector<LayerSummary> rows;
  for (const Sequential* chain : {&network_->encoder(), &network_->latent(), &network_->decoder()})
    for (const Sequential::Entry& entry : chain->entries())
      rows.push_back({chain->part(), entry.text, entry.output_shape, entry.num_parameters});
  // The network computes the last activation of the decoder together with the loss; see Network::output_activation.
  if (!rows.empty()) rows.back().layer = config_.model.decoder.back();
  return rows;
}

Dataset Autoencoder::preprocess(const Dataset& samples, const Context& context) const {
  if (samples.size() > 0 && !samples.is_preprocessed() && !config_.data.preprocess.empty() &&
      preprocessing_.input_shape().empty())
    throw Error(ErrorKind::kUsage,
                "data.preprocess of this model is not fitted. Make the model from its training set: "
                "Autoencoder(config, train).");
  return preprocessing_.apply(samples, context);
}

DataSplit Autoencoder::preprocess(const DataSplit& split, const Context& context) const {
  return {preprocess(split.train, context), preprocess(split.test, context), preprocess(split.validation, context)};
}

// Raw samples have the shape before preprocessing. A batch of another shape with the same size is accepted.
Dataset Autoencoder::dataset_of(const Tensor& samples) const {
  const Shape& stored = preprocessing_.input_shape().empty() ? sample_shape() : preprocessing_.input_shape();
  check_sample_size(samples.row_size(), *this, "samples", num_elements(stored));
  return {"samples", stored,
          SampleStorage::of_floats(std::vector<float>(samples.values().begin(), samples.values().end()))};
}

Tensor Autoencoder::encode(const Tensor& samples, const Context& context) const {
  return encode(dataset_of(samples), context);
}

Tensor Autoencoder::encode(const Dataset& samples, const Context& context) const {
  const Dataset preprocessed = preprocess(samples, context);
  check_sample_size(preprocessed.sample_dim(), *this, "samples", sample_dim());
  return run_encoder(*network_, preprocessed.size(), from_dataset(preprocessed), context);
}

Tensor Autoencoder::encode_preprocessed(const Tensor& samples, const Context& context) const {
  check_sample_size(samples.row_size(), *this, "preprocessed samples", sample_dim());
  return run_encoder(*network_, samples.rows(), from_tensor(samples), context);
}

Tensor Autoencoder::decode(const Tensor& latents, const Context& context) const {
  return preprocessing_.invert(decode_preprocessed(latents, context));
}

Tensor Autoencoder::decode_preprocessed(const Tensor& latents, const Context& context) const {
  check_sample_size(latents.row_size(), *this, "latents", latent_dim());
  Tensor samples(batch_shape(latents.rows(), sample_shape()));
  for_each_block(*network_, latents.rows(), context, [&](const Workspace& workspace, int64_t begin, int64_t count) {
    const float* logits = network_->decode({count}, latents.data() + begin * latent_dim(), workspace);
    network_->write_samples(count, logits, samples.data() + begin * sample_dim());
  });
  return samples;
}

Tensor Autoencoder::reconstruct(const Tensor& samples, const Context& context) const {
  return reconstruct(dataset_of(samples), context);
}

Tensor Autoencoder::reconstruct(const Dataset& samples, const Context& context) const {
  return preprocessing_.invert(reconstruct_preprocessed(preprocess(samples, context), context));
}

Tensor Autoencoder::reconstruct_preprocessed(const Tensor& samples, const Context& context) const {
  check_sample_size(samples.row_size(), *this, "preprocessed samples", sample_dim());
  return run_both(*network_, samples.rows(), from_tensor(samples), context);
}

Tensor Autoencoder::reconstruct_preprocessed(const Dataset& samples, const Context& context) const {
  const Dataset preprocessed = preprocess(samples, context);
  check_sample_size(preprocessed.sample_dim(), *this, "samples", sample_dim());
  return run_both(*network_, preprocessed.size(), from_dataset(preprocessed), context);
}

}  // namespace hourglass
