// Commands that draw and measure latents.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/program.h"

namespace hourglass {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class LatentCommands : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    here_ = new Workplace;
    const auto train = [](const std::vector<std::string>& more) {
      const Outcome outcome = here_->run(tiny_training() + more);
      ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    };
    train({"--out", "run"});
    train({"--set", "model.latent=gaussian 2", "--out", "map"});
  }
  static void TearDownTestSuite() { delete here_; }
  const Workplace& here() { return *here_; }

  /// Runs a command that writes `picture`. Returns its standard output.
  std::string draw(const std::vector<std::string>& arguments, const std::string& picture) {
    const Outcome outcome = here().run(arguments);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_TRUE(here().read(picture).starts_with("\x89PNG")) << picture;
    return outcome.out;
  }

 private:
  static inline Workplace* here_ = nullptr;
};

TEST_F(LatentCommands, SampleFromAMixtureOrThePrior) {
  EXPECT_THAT(draw({"sample", "run", "--components", "3", "--count", "9"}, "run/images/samples.png"),
              HasSubstr("a mixture of 3 Gaussians fitted on the latents of 200 training images"));
  EXPECT_THAT(draw({"sample", "map"}, "map/images/samples.png"), HasSubstr("from the prior"));
  const Outcome rejected = here().run({"sample", "run", "--from", "prior"});
  EXPECT_EQ(rejected.exit_code, 2);
  EXPECT_THAT(rejected.err, HasSubstr("no prior"));
  const Outcome too_many = here().run({"sample", "run", "--components", "300"});
  EXPECT_EQ(too_many.exit_code, 3);
  EXPECT_THAT(too_many.err, HasSubstr("mixture of 300 components cannot be fitted on 200 samples"));
  EXPECT_EQ(here().run({"sample", "run", "--count", "0"}).exit_code, 2);
}

TEST_F(LatentCommands, SampleIsReproducibleBySeed) {
  const auto values = [&](const char* seed) {
    EXPECT_EQ(here().run({"sample", "map", "--seed", seed, "--values", "z.npy", "--out", "s.png"}).exit_code, 0);
    return here().read("z.npy");
  };
  EXPECT_EQ(values("3"), values("3"));
  EXPECT_NE(values("3"), values("4"));
}

TEST_F(LatentCommands, TraverseDrawsEveryLatentOrAGridOfTwo) {
  EXPECT_THAT(draw({"traverse", "run", "--values", "z.csv"}, "run/images/traversals.png"), HasSubstr("4 of 4 latents"));
  EXPECT_TRUE(here().read("z.csv").starts_with("z0,z1,z2,z3\n"));
  EXPECT_THAT(draw({"traverse", "map", "--grid", "--steps", "5", "--out", "map.png"}, "map.png"), HasSubstr("5 x 5"));
  const Outcome rejected = here().run({"traverse", "run", "--grid"});
  EXPECT_EQ(rejected.exit_code, 2);
  EXPECT_THAT(rejected.err, HasSubstr("the model has 4"));
  EXPECT_THAT(here().run({"traverse", "run", "--latents", "7"}).err, HasSubstr("no latent 7"));
  EXPECT_EQ(here().run({"traverse", "run", "--image", "100000"}).exit_code, 2);
}

TEST_F(LatentCommands, ShowPicturesInTheTerminalOnRequest) {
  for (const char* command : {"sample", "traverse", "interpolate", "denoise", "cluster"}) {
    const std::string picture = here().path() / "shown.png";
    EXPECT_THAT(here().run({command, "run", "--out", picture, "--columns", "4", "--show"}).out, HasSubstr("░"))
        << command;
    EXPECT_THAT(here().run({command, "run", "--out", picture}).out, testing::Not(HasSubstr("░"))) << command;
  }
  for (const char* command : {"denoise", "cluster"}) {
    const Outcome rejected = here().run({command, "run", "--json", "--show"});
    EXPECT_EQ(rejected.exit_code, 2);
    EXPECT_THAT(rejected.err, HasSubstr("--show"));
  }
}

TEST_F(LatentCommands, InterpolateBetweenPairs) {
  draw({"interpolate", "run"}, "run/images/interpolations.png");
  EXPECT_THAT(draw({"interpolate", "run", "--images", "3,4", "--spherical", "--steps", "5", "--values", "w.npy"},
                   "run/images/interpolations.png"),
              HasSubstr("1 spherical interpolations of 5 steps"));
  EXPECT_THAT(here().read("w.npy").substr(0, 128), HasSubstr("(5, 4)"));
  const Outcome odd = here().run({"interpolate", "run", "--images", "3,4,5"});
  EXPECT_EQ(odd.exit_code, 2);
  EXPECT_THAT(odd.err, HasSubstr("pairs were expected"));
}

TEST_F(LatentCommands, DenoiseScoresInputAndOutput) {
  EXPECT_THAT(draw({"denoise", "run", "--noise", "0.05,0.3"}, "run/images/denoised.png"), HasSubstr("psnr out"));
  const json levels = json::parse(here().run({"denoise", "run", "--noise", "0.05,0.3", "--json"}).out)["levels"];
  ASSERT_EQ(levels.size(), 3u);
  EXPECT_EQ(levels[0]["psnr_in"], 100);
  EXPECT_GT(levels[1]["psnr_in"].get<double>(), levels[2]["psnr_in"].get<double>());
  const Outcome negative = here().run({"denoise", "run", "--noise=-0.1"});
  EXPECT_EQ(negative.exit_code, 2);
  EXPECT_THAT(negative.err, HasSubstr("-0.1"));
}

TEST_F(LatentCommands, PicturesOfAModelFileAreBesideIt) {
  std::filesystem::create_directory(here() / "elsewhere");
  std::filesystem::copy(here() / "run/model.safetensors", here() / "elsewhere/m.safetensors");
  draw({"embed", "run/model.safetensors"}, "run/images/embedding.png");
  draw({"embed", "elsewhere/m.safetensors"}, "elsewhere/embedding.png");
  draw({"sample", "elsewhere/m.safetensors", "--components", "1"}, "elsewhere/samples.png");
  for (const char* name : {"embedding.png", "samples.png"}) EXPECT_FALSE(std::filesystem::exists(here() / name));
}

TEST_F(LatentCommands, PicturesOfManySamplesShowTheFirst) {
  EXPECT_THAT(
      draw({"sample", "map", "--count", "2100", "--scale", "1", "--values", "many.npy"}, "map/images/samples.png"),
      HasSubstr("2,100 samples from the prior; the first 2,048: "));
  EXPECT_THAT(draw({"decode", "map", "--latents", "many.npy", "--scale", "1"}, "map/images/decoded.png"),
              HasSubstr("2,100 decoded samples; the first 2,048: "));
}

TEST_F(LatentCommands, RejectAnUnknownArrayFormat) {
  const Outcome outcome = here().run({"sample", "map", "--values", "z.txt"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr(".npy, .npz or .csv"));
}

}  // namespace
}  // namespace hourglass
