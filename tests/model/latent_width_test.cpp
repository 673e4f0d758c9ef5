#include "model/latent_width.h"

#include <gtest/gtest.h>

#include "hourglass/autoencoder.h"
#include "support/expect_error.h"
#include "support/temporary_folder.h"

namespace hourglass {
namespace {

int64_t latent_dim_of(const char* preset, int64_t latent_dim) {
  Config config = preset_config(preset);
  config.model.latent_dim = latent_dim;
  return Autoencoder(config, {28, 28, 1}).latent_dim();
}

TEST(LatentWidth, IsInferredFromTheLayersByDefault) { EXPECT_EQ(latent_dim_of("fc", 0), 64); }

TEST(LatentWidth, SetsTheLayerThatOutputsTheLatent) {
  EXPECT_EQ(latent_dim_of("fc", 7), 7) << "an activation follows the layer";
  EXPECT_EQ(latent_dim_of("deep5", 15), 15);
  EXPECT_EQ(latent_dim_of("conv-dense", 10), 10);
  EXPECT_EQ(latent_dim_of("lstm-bottleneck", 12), 12);
  EXPECT_EQ(latent_dim_of("vae", 3), 3);
}

TEST(LatentWidth, IsRestoredByLoad) {
  const TemporaryFolder folder;
  Config config = preset_config("vae");
  config.model.latent_dim = 3;
  Autoencoder(config, {28, 28, 1}).save(folder / "model.safetensors");
  EXPECT_EQ(Autoencoder::load(folder / "model.safetensors").latent_dim(), 3);
}

TEST(LatentWidth, IsRejectedIfNoLayerSetsIt) {
  for (const char* preset : {"conv", "lstm"})
    expect_error(ErrorKind::kUsage, {"model.latent_dim is 5", preset, "linear N"}, [&] { latent_dim_of(preset, 5); });
}

}  // namespace
}  // namespace hourglass
