#pragma once
// The content of a run's page as plain data. Empty parts are left out of the page.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hourglass/tensor.h"
#include "report/picture_sheet.h"

namespace hourglass {

/// What samples and their values are called on the page.
struct Nouns {
  std::string sample = "image", samples = "images", values = "values";
};
/// "image", "images", "values" if samples of this shape are images, else "row", "rows", "features".
Nouns nouns_of(const Shape& sample_shape);

/// A number and its definition.
struct Headline {
  std::string name;
  std::string value;       ///< as printed
  std::string definition;  ///< a sentence
};

/// A layer, in forward order.
struct LayerRow {
  std::string part;  ///< "encoder", "latent", "decoder"
  std::string text;
  Shape output_shape;
  int64_t num_parameters;
};

/// A curve over the epochs. Values that were not measured are NaN.
struct Curve {
  std::string name;   ///< of the term, "reconstruction"
  std::string split;  ///< "train", "validation", "test"
  std::vector<double> values;
};

struct TrainingCurves {
  std::vector<Curve> losses;  ///< "total" and every term that is not always 0
  std::string loss_scale;     ///< of the losses, as optimized: "mean per value" or "sum per sample"
  std::vector<double> learning_rate;
  std::vector<double> samples_per_second;
};

/// How the values of a row of pictures are colored.
enum class PictureStyle {
  kPicture,  ///< gray or RGB
  kError,    ///< 0 is transparent, the largest value of the row has the strongest color
  kSigned    ///< 0 is transparent, negative and positive values have one color each
};

struct PictureRow {
  std::string label;
  PictureSheet pictures;
  PictureStyle style = PictureStyle::kPicture;
  std::vector<std::string> captions = {};  ///< one per picture, or empty
};

/// Rows of related pictures.
struct PictureGrid {
  std::string title;
  std::string note;  ///< how to read it
  std::vector<PictureRow> rows;
  /// true: the pictures of a column belong together, and columns wrap. false: rows are independent and never wrap.
  bool by_column = true;
};

/// Mean error of the test samples of a class, which can have none.
struct ClassError {
  std::string name;
  int64_t count;
  double mse;
};

/// Test samples as points in a plane of the latent space, and statistics of each latent.
struct LatentSpace {
  int64_t dim = 0;
  std::string x_name, y_name;            ///< "latent 1", "principal component 1, 23 % of the variance"
  int64_t num_test = 0;                  ///< samples in the test set, of which n are points
  Tensor points;                         ///< {n, 2}
  std::vector<int64_t> indices;          ///< of the points in the test set
  std::vector<int32_t> labels;           ///< of the points, or empty
  std::vector<std::string> class_names;  ///< by label
  PictureSheet pictures;                 ///< of the first points
  Tensor latents;                        ///< {m, dim} of the first points; empty if the page encodes the pictures
  bool half_latents = false;             ///< whether `latents` are stored as 16-bit floats
  Tensor origin;                         ///< {1, dim}: latents at (0, 0) of the plane
  Tensor axes;                           ///< {k, dim}, k >= 2, orthonormal; the first two span the plane
  std::vector<double> variance_parts;    ///< fraction of the variance along each axis; empty if the axes are latents
  // Each {1, dim}, over all points:
  Tensor mean, deviation, low, high;  ///< low, high: the 2 % and 98 % quantiles
  Tensor histograms;                  ///< {dim, bins}: counts between low and high
};

/// A parameter array of a layer. The arrays are concatenated in PageNetwork::weights.
struct PageParameter {
  std::string role;  ///< "weight", "bias"
  Shape shape;
};
struct PageLayer {
  std::string text;  ///< in the layer grammar
  Shape output_shape;
  std::vector<PageParameter> parameters;
};

/// Layers that run in the page.
struct PageNetwork {
  std::vector<PageLayer> encoder;  ///< with the latent layer; empty if the page does not need it
  Shape latent_shape;
  std::vector<PageLayer> decoder;
  std::vector<float> weights;                      ///< of encoder and decoder
  std::vector<std::array<int64_t, 2>> categories;  ///< first value and end of each category of a sample
  bool half = false;                               ///< whether the weights are stored as 16-bit floats
  Tensor check_latents;                            ///< {n, dim}
  Tensor check_samples;                            ///< {n, sample_dim}: decoded from check_latents by the program
};

/// The corruption used in training, so that the page can apply it.
struct NoiseKinds {
  double gaussian_variance = 0;
  bool clamp = true;
  double mask = 0;
  double salt_and_pepper = 0;
  std::vector<std::string> hide = {};  ///< names of hidden regions of an image
  bool any() const { return gaussian_variance > 0 || mask > 0 || salt_and_pepper > 0 || !hide.empty(); }
};

struct RunReport {
  std::string title;     ///< "fc on fashion-mnist"
  std::string subtitle;  ///< a sentence on model and training
  std::vector<Headline> headlines;
  std::string headline_note;          ///< applies to all headlines
  std::vector<std::string> warnings;  ///< each with its remedy
  Shape sample_shape;
  ValueRange range;                        ///< black and white in pictures, and the peak of PSNR
  std::string picture_note;                ///< applies to all pictures, or empty
  std::vector<PictureGrid> preprocessing;  ///< samples as stored, and as the model sees them
  std::vector<LayerRow> layers;
  std::optional<TrainingCurves> curves;
  std::vector<PictureGrid> reconstructions;
  std::vector<ClassError> class_errors;  ///< by label
  std::optional<LatentSpace> latent_space;
  std::optional<PageNetwork> network;  ///< nullopt: too large for a page
  std::vector<PictureGrid> decodings;  ///< traversals, interpolations, samples; the plane if there is no network
  std::vector<PictureGrid> features;   ///< weights of the first layer
  std::vector<PictureGrid> denoising;  ///< noisy, denoised and clean samples
  NoiseKinds noise;
  std::string command;  ///< repeats the run
  std::string config_toml;
  std::string evaluation;  ///< text of evaluation.json, or empty
};

/// The page as one self-contained HTML file.
std::string run_page(const RunReport& report);

}  // namespace hourglass
