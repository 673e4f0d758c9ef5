#pragma once
// A model: made from a config, saved to and loaded from one file, applied to data.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "hourglass/config.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"
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

/// An autoencoder: encoder, latent, decoder, and the config it was made from. Movable, not copyable.
/// The const members may be called from several threads at once.
class Autoencoder {
 public:
  /// Builds the layers for samples of `sample_shape` and draws the initial weights from config.train.seed.
  /// Throws Error(kUsage) for a config that cannot work: an unknown layer, shapes that do not meet, a decoder whose
  /// output is not the sample's size, an output activation that cannot reach all values of the range of the data,
  /// which is taken to be [0, 1].
  Autoencoder(Config config, const Shape& sample_shape);
  /// The same for the samples of a training part: data.preprocess is fitted to it (see Preprocessing), and the shape
  /// and range are those that come out of it. Throws also as Preprocessing::fit.
  Autoencoder(const Config& config, const Dataset& train, const Context& context = {});
  /// The same with what was fitted before, by the steps of config.data.preprocess.
  Autoencoder(Config config, const Preprocessing& fitted);
  Autoencoder(Autoencoder&&) noexcept;
  Autoencoder& operator=(Autoencoder&&) noexcept;
  ~Autoencoder();

  /// Reads a model.safetensors written by `save`; the file alone is enough.
  /// Throws Error(kIo) where it cannot be read, Error(kData) where it is cut short, of another version, or its tensors
  /// do not match its config.
  static Autoencoder load(const std::filesystem::path& path);
  /// Writes weights and config to one file, through a temporary name. Throws Error(kIo).
  void save(const std::filesystem::path& path) const;

  const Config& config() const;
  const Shape& sample_shape() const;
  int64_t sample_dim() const;
  int64_t latent_dim() const;
  int64_t num_parameters() const;
  std::vector<ParameterView> parameters();
  std::vector<LayerSummary> summary() const;

  /// What was fitted to the training part; it is saved with the model.
  const Preprocessing& preprocessing() const { return preprocessing_; }
  /// Of the values that the model sees of the training part.
  ValueRange value_range() const { return preprocessing_.range(); }
  /// [0, 1] where value_range() keeps to it, else value_range(): the peak of PSNR, the bounds of clamped noise, black
  /// and white in pictures.
  ValueRange value_scale() const { return value_range().is_unit() ? ValueRange{} : value_range(); }
  /// The same samples as this model is to see them: what Dataset::read gives of the result is what the functions below
  /// work on. Samples that were prepared before stay as they are. Throws as Preprocessing::apply, and Error(kUsage)
  /// where data.preprocess has steps that were not fitted.
  Dataset prepare(const Dataset& samples, const Context& context = {}) const;
  /// All parts of a set.
  DataParts prepare(const DataParts& parts, const Context& context = {}) const;

  /// Latents, {n, latent_dim}. `samples`: {n, ...} of n x sample_dim values in the model's range (already prepared), or
  /// a Dataset, which is prepared where it is not.
  /// Throws Error(kUsage) where the sample size differs from the model's.
  Tensor encode(const Tensor& samples, const Context& context = {}) const;
  Tensor encode(const Dataset& samples, const Context& context = {}) const;
  /// Samples from latents, {n} + sample_shape. Throws Error(kUsage) where the rows are not latent_dim long.
  Tensor decode(const Tensor& latents, const Context& context = {}) const;
  /// decode(encode(samples)), {n} + sample_shape.
  Tensor reconstruct(const Tensor& samples, const Context& context = {}) const;
  Tensor reconstruct(const Dataset& samples, const Context& context = {}) const;

  /// What training works on; see src/model/network.h.
  class Network& network();
  const class Network& network() const;

 private:
  Autoencoder(Config config, const Shape& sample_shape, Preprocessing preprocessing);

  Config config_;
  Preprocessing preprocessing_;
  std::unique_ptr<class Network> network_;
};

}  // namespace hourglass
