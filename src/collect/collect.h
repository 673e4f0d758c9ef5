#pragma once
// Measures what the page of a run shows, with one function for each part of the page.

#include "collect/subject.h"
#include "report/run_report.h"

namespace hourglass {

/// Test images as stored, above the same images as the model sees them. Empty if both are the same.
std::vector<PictureGrid> collect_preprocessing(const Subject& subject);

/// Test samples above their reconstructions and errors: evenly spaced ones, then the best, the median and the worst.
struct ReconstructionParts {
  std::vector<PictureGrid> grids;
  std::vector<ClassError> class_errors;
};
ReconstructionParts collect_reconstructions(const Subject& subject);

/// Test samples as points in the plane of two latents, or of the first two principal components if there are more.
LatentSpace collect_latent_space(const Subject& subject);

/// Warnings about latents that carry no information: dead units, or a collapsed posterior.
std::vector<std::string> collect_warnings(const Subject& subject);

/// The decoder for the page. The encoder is included if the model denoises, or if it is smaller than the latents of the
/// pictured points and gives them. Latents that the page computes from its pictures are removed from `space`. nullopt
/// if the decoder or a sample is too large for a page (see block_size).
std::optional<PageNetwork> collect_network(const Subject& subject, LatentSpace& space);

/// Traversals, interpolations and random samples. `plane`: also the decoded plane of the latent space.
std::vector<PictureGrid> collect_decodings(const Subject& subject, const LatentSpace& space, bool plane);

/// Corrupted samples, their reconstructions and the clean samples. Empty if the model was not trained on corrupted
/// input.
std::vector<PictureGrid> collect_denoising(const Subject& subject);

/// The weights of the encoder's first layer as pictures. Empty if they do not have the shape of an image.
std::vector<PictureGrid> collect_features(const Subject& subject);

}  // namespace hourglass
