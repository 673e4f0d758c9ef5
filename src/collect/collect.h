#pragma once
// What the page of a run shows, measured: one function a part of it.

#include "collect/subject.h"
#include "report/run_report.h"

namespace hourglass {

/// Test images as they are stored above what the model sees of them; none where that is the same.
std::vector<PictureGrid> collect_preparation(const Subject& subject);

/// Test images above their reconstructions and the errors: some of all, the best, those in the middle, the worst.
struct ReconstructionParts {
  std::vector<PictureGrid> grids;
  std::vector<ClassError> class_errors;
};
ReconstructionParts collect_reconstructions(const Subject& subject);

/// The plane of two latents, or of the first two principal components of more, with the picked images in it.
LatentSpace collect_latent_space(const Subject& subject);

/// The decoder for the page, with the encoder where the model denoises or where that is smaller than the latents of the
/// pictured points, which then go. None where the decoder is too large for a page.
std::optional<PageNetwork> collect_network(const Subject& subject, LatentSpace& space);

/// Traversals, interpolations and samples; with `plane` also the decoded plane of the latent space.
std::vector<PictureGrid> collect_decodings(const Subject& subject, const LatentSpace& space, bool plane);

/// Noisy images, what the model makes of them, and the clean ones; none for a model that was not trained on noise.
std::vector<PictureGrid> collect_denoising(const Subject& subject);

/// The weights of the encoder's first layer as pictures, where it sees the image.
std::vector<PictureGrid> collect_features(const Subject& subject);

}  // namespace hourglass
