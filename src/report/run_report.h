#pragma once
// What the page of a run shows, as plain results. A part that is empty is left out of the page.

#include <optional>
#include <string>
#include <vector>

#include "hourglass/tensor.h"
#include "report/picture_sheet.h"

namespace hourglass {

/// A number and what it means.
struct Headline {
  std::string name;
  std::string value;       ///< as it is printed
  std::string definition;  ///< a sentence
};

/// A layer, in the order of the flow.
struct LayerRow {
  std::string part;  ///< "encoder", "latent", "decoder"
  std::string text;
  Shape output_shape;
  int64_t num_parameters;
};

/// A line of a chart over the epochs; a value that was not measured is NaN.
struct Curve {
  std::string name;  ///< of the term, "reconstruction"
  std::string part;  ///< "train", "validation", "test"
  std::vector<double> values;
};

struct TrainingCurves {
  std::vector<Curve> losses;  ///< "total" and every term that is not always 0
  std::vector<double> learning_rate;
  std::vector<double> images_per_second;
};

/// How the values of a row of pictures are coloured.
enum class PictureStyle {
  kPicture,  ///< as they are
  kError,    ///< 0 is the paper, the largest of the row the strongest
  kSigned    ///< 0 is the paper, negative and positive have a colour each
};

struct PictureRow {
  std::string label;
  PictureSheet pictures;
  PictureStyle style = PictureStyle::kPicture;
  std::vector<std::string> captions = {};  ///< none, or one a picture
};

/// Rows of pictures that belong together.
struct PictureGrid {
  std::string title;
  std::string note;  ///< how to read it
  std::vector<PictureRow> rows;
  /// Pictures below each other belong together and wrap as a column; else each row stands by itself and never wraps.
  bool by_column = true;
};

/// The mean error of the test images of each class.
struct ClassError {
  std::string name;
  int64_t count;
  double mse;
};

/// Test images in the plane of two directions of the latent space, and how each latent is used.
struct LatentSpace {
  int64_t dim = 0;
  std::string x_name, y_name;            ///< "latent 1", "principal component 1, 23 % of the variance"
  Tensor points;                         ///< {n, 2}
  std::vector<int64_t> indices;          ///< of the points in the test part
  std::vector<int32_t> labels;           ///< of the points, or none
  std::vector<std::string> class_names;  ///< by label
  PictureSheet pictures;                 ///< of the first points
  Tensor latents;                        ///< {m, dim} of the first points; none where the page encodes the pictures
  Tensor origin;                         ///< {1, dim}: where the plane is (0, 0)
  Tensor axes;                           ///< {k, dim}, k at least 2, orthonormal: the plane's two come first
  std::vector<double> variance_parts;    ///< along each, of the whole variance; none where the axes are the latents
  // Each {1, dim}, over all points:
  Tensor mean, deviation, low, high;  ///< low, high: the 2 % and 98 % quantiles
  Tensor histograms;                  ///< {dim, bins}: counts between low and high
};

/// A parameter array of a layer, one after the other in PageNetwork::weights.
struct PageParameter {
  std::string role;  ///< "weight", "bias"
  Shape shape;
};
struct PageLayer {
  std::string text;  ///< in the layer grammar
  Shape output_shape;
  std::vector<PageParameter> parameters;
};

/// Layers that the page runs by itself.
struct PageNetwork {
  std::vector<PageLayer> encoder;  ///< with the latent; empty where the page does not need it
  Shape latent_shape;
  std::vector<PageLayer> decoder;
  std::vector<float> weights;  ///< of encoder and decoder
  bool half = false;           ///< the weights are stored in 16 bits
  Tensor check_latents;        ///< {n, dim}
  Tensor check_samples;        ///< {n, sample_dim}: what the program decodes from them
};

/// What corrupted the input while training, for noise to try in the page.
struct NoiseKinds {
  double gaussian_variance = 0;
  bool clamp = true;
  double mask = 0;
  double salt_and_pepper = 0;
  std::vector<std::string> hide = {};  ///< names of parts of an image
  bool any() const { return gaussian_variance > 0 || mask > 0 || salt_and_pepper > 0 || !hide.empty(); }
};

struct RunReport {
  std::string title;     ///< "fc on fashion-mnist"
  std::string subtitle;  ///< a sentence on model and training
  std::vector<Headline> headlines;
  std::string headline_note;  ///< what holds for all of them
  Shape sample_shape;
  ValueRange range;                      ///< black and white in pictures, and the peak of PSNR
  std::vector<PictureGrid> preparation;  ///< samples as stored, and as the model sees them
  std::vector<LayerRow> layers;
  std::optional<TrainingCurves> curves;
  std::vector<PictureGrid> reconstructions;
  std::vector<ClassError> class_errors;
  std::optional<LatentSpace> latent_space;
  std::optional<PageNetwork> network;  ///< none: too large for a page
  std::vector<PictureGrid> decodings;  ///< traversals, interpolations, samples; the plane where there is no network
  std::vector<PictureGrid> features;   ///< weights of the first layer
  std::vector<PictureGrid> denoising;  ///< noisy, denoised and clean
  NoiseKinds noise;
  std::string command;  ///< that repeats the run
  std::string config_toml;
  std::string evaluation;  ///< evaluation.json as it was left by an evaluation; empty: none
};

/// The page, one file of HTML that needs no other.
std::string run_page(const RunReport& report);

}  // namespace hourglass
