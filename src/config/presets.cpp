// The models of the published studies that this project unites, each with the layers, the loss and the training of its
// source. Where a source leaves something open, the comment says what was chosen.
#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "hourglass/config.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

using Layers = std::vector<std::string>;
using Presets = std::vector<Preset>;

constexpr const char* kFiveArchitectures =
    "Five architectures on Fashion-MNIST (Exploring-Autoencoders-with-FashionMNIST-Dataset)";
constexpr const char* kRegularized =
    "Regularized autoencoders (Regularized_Auto_Encoder; Ororbia and Kifer, Nature Communications 13:2064, 2022)";
constexpr const char* kDepthAndWidth = "Depth, width and denoising (Deep_Autoencoders_MNIST_FMNIST)";
constexpr const char* kFreyAndClusters =
    "Faces of a variational autoencoder, clusters of a sparse one (course project)";

constexpr const char* kNaturalImages = "Sparse features of natural image patches (Autoencoder-Neural-Network)";

Shape digit() { return {28, 28, 1}; }
Shape frey_face() { return {28, 20, 1}; }

Config make(const std::string& name, Layers encoder, Layers decoder) {
  Config config;
  config.model.name = name;
  config.model.encoder = std::move(encoder);
  config.model.decoder = std::move(decoder);
  return config;
}

Config of_five(const std::string& name, Layers encoder, Layers decoder) {
  Config config = make(name, std::move(encoder), std::move(decoder));
  config.train.batch_size = 64;
  config.train.epochs = 50;
  return config;
}

Config fc(const std::string& name) {
  return of_five(name, {"linear 128", "relu", "linear 64", "relu"}, {"linear 128", "relu", "linear output", "sigmoid"});
}

/// The published code of the sparse model has no sparsity term; these have the L1 penalty that its text describes. On
/// 10,000 training images of Fashion-MNIST held out, weights of 2e-5, 5e-5, 7e-5, 2e-4 gave an error of .0079, .0083,
/// .0085, .0093 with 14, 21, 25, 44 % of the latents at 0. Half of 64 at 0 would leave as many as 32 linear latents,
/// whose error is .0091.
Config sparse() {
  Config config = fc("sparse");
  config.objective.latent_l1 = 5e-5;
  return config;
}

/// With 128 latents and this weight the error is .0077 with 53 % of the latents at 0, with 256 .0076 and 75 %.
Config sparse_overcomplete() {
  Config config = fc("sparse-overcomplete");
  config.model.encoder = {"linear 128", "relu", "linear 256", "relu"};
  config.objective.latent_l1 = 1e-4;
  return config;
}

/// to_latent and from_latent: what stands between the two halves, which meet at 7x7x32.
Config conv(const std::string& name, const Layers& to_latent, Layers from_latent) {
  Layers encoder = {"conv2d 16 kernel=3 padding=1", "relu", "max_pool2d 2",
                    "conv2d 32 kernel=3 padding=1", "relu", "max_pool2d 2"};
  encoder.insert(encoder.end(), to_latent.begin(), to_latent.end());
  Layers decoder = std::move(from_latent);
  for (const char* layer : {"conv_transpose2d 16 kernel=3 stride=2 padding=1 output_padding=1", "relu",
                            "conv_transpose2d 1 kernel=3 stride=2 padding=1 output_padding=1", "sigmoid"})
    decoder.emplace_back(layer);
  return of_five(name, std::move(encoder), std::move(decoder));
}

Config vae(const std::string& name) {
  Config config = of_five(name, {"linear 400", "relu"}, {"linear 400", "relu", "linear output", "sigmoid"});
  config.model.latent = "gaussian 32";
  return config;
}

/// The evidence lower bound: both terms summed, the loss a log-likelihood of binary values.
Config vae_elbo() {
  Config config = vae("vae");
  config.objective.reconstruction = "bce";
  config.objective.reduction = "sum";
  return config;
}

/// As published: the mean of the squared error over pixels, and half the mean of the divergence over the 32 latents.
/// This weighs the divergence 784 / 64 times as heavily as sums would.
Config vae_published() {
  Config config = vae("vae-published");
  config.objective.kl_weight = 0.5 / 32;
  return config;
}

Presets five_architectures() {
  const auto preset = [](const char* summary, const Config& config) {
    return Preset{config.model.name, kFiveArchitectures, summary, digit(), config};
  };
  return {
      preset("fully connected, 784-128-64-128-784", fc("fc")),
      preset("convolutions; its latent of 7x7x32 is larger than the image", conv("conv", {}, {})),
      preset("the same convolutions around a dense latent, a true bottleneck",
             conv("conv-dense", {"linear 64"}, {"linear 1568", "relu", "reshape 7x7x32"})),
      preset("fully connected with an L1 penalty on the latent", sparse()),
      preset("the same with more latents than its hidden layer has units, of which most are 0", sparse_overcomplete()),
      preset("an LSTM over the rows of the image; its latent, the whole sequence, is larger than the image",
             of_five("lstm", {"lstm 128"}, {"lstm 28"})),
      preset("an LSTM whose last state alone is the latent, a true bottleneck",
             of_five("lstm-bottleneck", {"lstm 128 last"}, {"repeat 28", "lstm 28"})),
      preset("variational, 784-400-32-400-784, on the evidence lower bound", vae_elbo()),
      preset("variational with the published weights, which nearly collapse the latent", vae_published())};
}

Config rae() {
  Config config = make("rae", {"linear 256", "relu", "linear 128", "relu", "linear 20", "relu"},
                       {"linear 128", "relu", "linear 256", "relu", "linear output", "sigmoid"});
  config.data.preprocess = {"binarize 0.5"};
  config.objective.reconstruction = "bce";
  config.objective.weight_l2 = 1e-5;
  config.train.batch_size = 200;
  config.train.epochs = 50;
  return config;
}

/// The paper completes images with a model that never saw one with a part missing. This one does, half of the time.
Config rae_completion() {
  Config config = rae();
  config.model.name = "rae-completion";
  config.corruption.hide = {"nothing", "right"};
  return config;
}

/// The notebook's variant, whose L2 penalty is on the kernels of the decoder alone. Its loss, 101 nats, is a sum over
/// pixels, and so are then the gradients that its learning rate and clipping are made for: with the mean, the latents
/// tell digits apart with 24 % of errors, with the sum 15 %, and 14 % are published.
Config rae_360() {
  Config config = make("rae-360",
                       {"linear 360", "relu", "batch_norm", "dropout 0.2", "linear 360", "relu", "batch_norm",
                        "dropout 0.2", "linear 20", "sigmoid"},
                       {"linear 360", "relu", "batch_norm", "dropout 0.2", "linear 360", "relu", "batch_norm",
                        "dropout 0.2", "linear output", "sigmoid"});
  config.data.preprocess = {"binarize 0.5"};
  config.objective.reconstruction = "bce";
  config.objective.reduction = "sum";
  config.objective.weight_l2 = 1e-2;
  config.objective.penalized_weights = "decoder";
  config.train.optimizer = "sgd";
  config.train.momentum = 0.9;
  config.train.nesterov = true;
  config.train.clip_norm = 5;
  config.train.learning_rate = 0.01;
  config.train.schedule = "exponential";
  config.train.schedule_factor = 0.96;
  config.train.schedule_every = 10000;
  config.train.batch_size = 200;
  config.train.epochs = 50;
  return config;
}

Presets regularized() {
  return {{"rae", kRegularized, "784-256-128-20-128-256-784 on binary images", digit(), rae()},
          {"rae-360", kRegularized, "784-360-360-20 and back, with batch norm and dropout, on binary images", digit(),
           rae_360()},
          {"rae-completion", kRegularized,
           "rae that sees every other image without its right half and learns the whole", digit(), rae_completion()}};
}

/// The study gives depths and latent sizes; the widths and the cross-entropy are those of AutoEncoder_evaluation_MINST,
/// its sibling.
Config deep(const std::string& name, Layers encoder, Layers decoder) {
  Config config = make(name, std::move(encoder), std::move(decoder));
  config.objective.reconstruction = "bce";
  config.train.batch_size = 128;
  config.train.epochs = 10;
  return config;
}

Config deep3(const std::string& name) {
  return deep(name, {"linear 256", "relu", "linear 100"}, {"linear 256", "relu", "linear output", "sigmoid"});
}

Config denoising() {
  Config config = deep3("denoising");
  config.corruption.gaussian_variance = 0.25;
  return config;
}

Presets depth_and_width() {
  return {{"deep3", kDepthAndWidth, "3 layers, 100 linear latents, the best of the study", digit(), deep3("deep3")},
          {"deep5", kDepthAndWidth, "5 layers, 100 linear latents", digit(),
           deep("deep5", {"linear 512", "relu", "linear 256", "relu", "linear 100"},
                {"linear 256", "relu", "linear 512", "relu", "linear output", "sigmoid"})},
          {"denoising", kDepthAndWidth, "deep3 that sees normal noise of variance 0.25 and learns the clean image",
           digit(), denoising()}};
}

/// The study names the task alone. Layers, batch and step size are the usual ones for these 1,965 faces, with a learned
/// variance of every pixel.
Config frey_vae(const std::string& name, int units, int latents) {
  const std::string hidden = fmt::format("linear {}", units);
  Config config = make(name, {hidden, "relu"}, {hidden, "relu", "linear output", "sigmoid"});
  config.data.name = "frey";
  config.model.latent = fmt::format("gaussian {}", latents);
  config.objective.reconstruction = "gaussian";
  config.objective.reduction = "sum";
  config.train.batch_size = 100;
  return config;
}

/// Penalty and epochs are chosen as those of frey_vae_2d(): the mean of the bound is -926 with the penalty and -888
/// without. On the test frames seeds 1 to 3 end at -541, -548 and -483.
Config frey_vae_20d() {
  Config config = frey_vae("frey-vae", 256, 20);
  config.objective.weight_l2 = 0.1;
  config.train.epochs = 200;
  return config;
}

/// Layers, initial weights and batch of KerasVAE, whose bound on the 165 test frames is -593.0 at the best of 30
/// epochs, for log variances of at least -5. Chosen inside the training part, by runs that are each trained on the
/// frames before a block of 165 and measured on it (5 blocks, 3 seeds): -8 in place of -5 (-677 against -584 within 100
/// epochs), and 50 epochs that end slowly. On the test frames, some unlike any before, seeds 1 to 8 end between -504
/// and -655, their median at -562, and pass between -521 and -663 on their way, the median at -628.
Config frey_vae_2d() {
  Config config = frey_vae("frey-vae-2d", 200, 2);
  config.model.initializer = "glorot_uniform";
  config.train.schedule = "cosine";
  config.train.epochs = 50;
  return config;
}

/// The study names the task alone; 196 units, asked to be active a twentieth of the time, are chosen here, and the
/// epochs by the clusters of the training part: after 8 to 12 epochs k-means finds 60 to 61 % of its classes with an
/// error of .015, after 50 epochs 56 % with .005.
Config sparse_mnist() {
  Config config = make("sparse-mnist", {"linear 196", "sigmoid"}, {"linear output", "sigmoid"});
  config.objective.latent_kl_beta = 3e-3;
  config.objective.latent_kl_rho = 0.05;
  config.train.batch_size = 200;
  config.train.epochs = 10;
  return config;
}

/// Its cost J = 1/(2N) sum ||x - y||^2 + lambda/2 sum w^2 + beta sum KL(rho || mean activation), with lambda 5e-4, beta
/// 0.01 and rho 0.03, by full-batch descent: the setting of the implementation whose J falls from 2.49 to 0.94.
Config patches() {
  Config config = make("patches", {"linear 64", "sigmoid"}, {"linear output", "sigmoid"});
  config.data.name = "natural-patches";
  config.data.preprocess = {"grey", "remove_mean image", "clip 3 global", "scale 0.1 0.9"};
  config.model.initializer = "glorot_uniform";
  config.objective.reduction = "sum";
  config.objective.reconstruction_weight = 0.5;
  config.objective.weight_l2 = 5e-4 / 2;
  config.objective.latent_kl_beta = 0.01;
  config.objective.latent_kl_rho = 0.03;
  config.train.optimizer = "sgd";
  config.train.learning_rate = 0.7;
  config.train.batch_size = 0;
  config.train.epochs = 2000;
  return config;
}

Presets natural_images() {
  return {{"patches",
           kNaturalImages,
           "64 sparse features of natural images, by full-batch descent",
           {16, 16, 1},
           patches()}};
}

Presets frey_and_clusters() {
  return {{"frey-vae", kFreyAndClusters, "variational, Gaussian likelihood, for the Frey faces", frey_face(),
           frey_vae_20d()},
          {"frey-vae-2d", kFreyAndClusters, "the same with two latents, to be drawn as a map of faces", frey_face(),
           frey_vae_2d()},
          {"sparse-mnist", kFreyAndClusters, "sparse by the divergence of mean activations, for clustering digits",
           digit(), sparse_mnist()}};
}

}  // namespace

const Presets& presets() {
  static const Presets kPresets = [] {
    Presets all;
    for (const Presets& study :
         {five_architectures(), regularized(), depth_and_width(), frey_and_clusters(), natural_images()})
      all.insert(all.end(), study.begin(), study.end());
    return all;
  }();
  return kPresets;
}

Config preset_config(const std::string& name) {
  const auto preset = std::ranges::find(presets(), name, &Preset::name);
  if (preset != presets().end()) return preset->config;
  std::vector<std::string> names;
  for (const Preset& known : presets()) names.push_back(known.name);
  throw Error(ErrorKind::kUsage, fmt::format("Unknown preset '{}'.{}", name, did_you_mean(name, names)));
}

}  // namespace hourglass
