#pragma once
// The model: built from a config, saved to one file, applied to data.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hourglass/config.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"
#include "hourglass/fingerprint.h"
#include "hourglass/preprocessing.h"
#include "hourglass/tensor.h"

namespace hourglass {

/// One row of a model's summary.
struct LayerSummary {
  std::string part;    ///< "encoder" or "decoder"
  std::string layer;   ///< as the layer grammar writes it, "linear 128"
  Shape output_shape;  ///< of one sample
  int64_t num_parameters;
};

/// A named view of one parameter array, as it is stored in model.safetensors.
struct ParameterView {
  std::string name;  ///< "encoder.0.weight": part, position in the layer list, role
  Shape shape;       ///< weights of a linear layer are {in, out}
  std::span<float> values;
};

/// An autoencoder: encoder, latent, decoder, and its config. Movable, not copyable. Const members can be called from
/// several threads at once.
///
/// Values that go in and out are raw: as the samples are stored. The model preprocesses them (data.preprocess, fitted
/// on the training set) and inverts that at the end. Functions on preprocessed values say so in their name.
class Autoencoder {
 public:
  /// Builds the layers for samples of `sample_shape` without preprocessing, and draws the initial weights with
  /// config.train.seed. Throws Error(kUsage) for an invalid config: an unknown layer, shapes that do not fit, a decoder
  /// whose output does not have the size of a sample, or an output activation that cannot reach the range [0, 1].
  Autoencoder(Config config, const Shape& sample_shape);
  /// Adapts the config to the training set (see adapt_config), fits data.preprocess on it, and builds the layers for
  /// the preprocessed samples. Throws as adapt_config.
  Autoencoder(const Config& config, const Dataset& train, const Context& context = {});
  /// The same with preprocessing that is fitted already, by the steps of config.data.preprocess.
  Autoencoder(Config config, const Preprocessing& fitted);
  Autoencoder(Autoencoder&&) noexcept;
  Autoencoder& operator=(Autoencoder&&) noexcept;
  ~Autoencoder();

  /// Reads a model.safetensors that `save` wrote. Throws Error(kIo) if it cannot be read, Error(kData) if it is
  /// truncated, of another version, or its tensors do not fit its config.
  static Autoencoder load(const std::filesystem::path& path);
  /// Writes weights, preprocessing and config to one file, through a temporary name. Throws Error(kIo).
  void save(const std::filesystem::path& path) const;

  const Config& config() const;
  /// Changes config().train.epochs and config().data.name, for training that continues, also on data that moved.
  void set_epochs(int64_t epochs) { config_.train.epochs = epochs; }
  void set_data_name(const std::string& name) { config_.data.name = name; }
  /// The data that a run trains the model on; start_run sets it, and the model's file keeps it.
  const std::optional<DataFingerprint>& trained_on() const { return trained_on_; }
  void set_trained_on(const DataFingerprint& data) { trained_on_ = data; }
  /// 16 hexadecimal digits that change with every weight and with the fitted preprocessing.
  std::string weights_fingerprint() const;
  /// Shape of a preprocessed sample, and its number of values.
  const Shape& sample_shape() const;
  int64_t sample_dim() const;
  int64_t latent_dim() const;
  int64_t num_parameters() const;
  std::vector<ParameterView> parameters();
  std::vector<LayerSummary> summary() const;

  /// Latents, {n, latent_dim}, of raw samples {n, ...}. A Dataset can also be one that `preprocess` returned.
  /// Throws Error(kUsage) if the samples have another size than those of the model, or were preprocessed by another
  /// model, and Error(kData) for missing values that are not imputed.
  Tensor encode(const Tensor& samples, const Context& context = {}) const;
  Tensor encode(const Dataset& samples, const Context& context = {}) const;
  /// Raw samples from latents {n, latent_dim}. Their shape is that of the stored samples, or if a step of preprocessing
  /// has no inverse, the shape before that step (see Preprocessing::invert). Throws Error(kUsage) for another width.
  Tensor decode(const Tensor& latents, const Context& context = {}) const;
  /// decode(encode(samples)). Throws as encode.
  Tensor reconstruct(const Tensor& samples, const Context& context = {}) const;
  Tensor reconstruct(const Dataset& samples, const Context& context = {}) const;

  /// The preprocessing that is saved with the model.
  const Preprocessing& preprocessing() const { return preprocessing_; }
  /// Range of the values of the preprocessed training set.
  ValueRange value_range() const { return preprocessing_.range(); }
  /// [0, 1] if value_range() is within it, else value_range(): the peak of PSNR, the bounds of clamped noise, black and
  /// white in pictures.
  ValueRange value_scale() const { return value_range().is_unit() ? ValueRange{} : value_range(); }
  /// Preprocessed samples: Dataset::read returns the values that the layers see. Samples that this model preprocessed
  /// before are returned unchanged. Throws as Preprocessing::apply, and Error(kUsage) if data.preprocess is not fitted.
  Dataset preprocess(const Dataset& samples, const Context& context = {}) const;
  DataSplit preprocess(const DataSplit& split, const Context& context = {}) const;
  /// The functions above on preprocessed values, {n, ...} of n x sample_dim values, without any conversion.
  Tensor encode_preprocessed(const Tensor& samples, const Context& context = {}) const;
  Tensor decode_preprocessed(const Tensor& latents, const Context& context = {}) const;
  Tensor reconstruct_preprocessed(const Tensor& samples, const Context& context = {}) const;
  Tensor reconstruct_preprocessed(const Dataset& samples, const Context& context = {}) const;

  /// The layers and weights that training works on; see src/model/network.h.
  class Network& network();
  const class Network& network() const;

 private:
  Autoencoder(Config config, const Shape& sample_shape, Preprocessing preprocessing);
  explicit Autoencoder(struct AdaptedConfig adapted);
  Dataset dataset_of(const Tensor& samples) const;

  Config config_;
  Preprocessing preprocessing_;
  std::unique_ptr<class Network> network_;
  std::optional<DataFingerprint> trained_on_;
};

}  // namespace hourglass
