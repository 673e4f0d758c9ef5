// Behavior of all commands: --quiet, --json, standard streams, completion and the man page. An argument without effect
// is an error.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/program.h"

namespace hourglass {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class Arguments : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    here_ = new Workplace;
    here_->write("table.csv", "id,x,y\n1,10,20\n2,11,22\n3,12,24\n4,13,26\n5,14,28\n6,15,30\n7,16,32\n8,17,34\n");
    ASSERT_EQ(here_->run(tiny_training() + std::vector<std::string>{"--out", "run"}).exit_code, 0);
    ASSERT_EQ(here_->run(tiny_training() + std::vector<std::string>{"--set", "model.latent=gaussian 2", "--out", "vae"})
                  .exit_code,
              0);
    const Outcome table =
        here_->run({"train", "fc", "--data", "table.csv", "--set", "data.ignored_columns=id", "--encoder", "linear 1",
                    "--decoder", "linear output", "--epochs", "1", "--batch-size", "2", "--out", "table"});
    ASSERT_EQ(table.exit_code, 0) << table.err;
  }
  static void TearDownTestSuite() { delete here_; }
  static Outcome run(const std::vector<std::string>& arguments) { return here_->run(arguments); }
  static const Workplace& here() { return *here_; }

 private:
  static inline Workplace* here_ = nullptr;
};

const std::vector<std::vector<std::string>> kCommands = {{"evaluate", "run", "--metrics", "mse"},
                                                         {"reconstruct", "run"},
                                                         {"encode", "run", "--out", "z.csv"},
                                                         {"embed", "run"},
                                                         {"similar", "run", "--to", "0"},
                                                         {"report", "run"},
                                                         {"compare", "run", "vae"},
                                                         {"cluster", "run"},
                                                         {"sample", "run", "--components", "2"},
                                                         {"traverse", "run"},
                                                         {"interpolate", "run"},
                                                         {"denoise", "run"},
                                                         {"models"},
                                                         {"models", "fc"},
                                                         {"options"},
                                                         {"data", "list"},
                                                         {"data", "info", "synthetic-digits"},
                                                         {"data", "show", "synthetic-digits"},
                                                         {"reproduce", "--list"},
                                                         {"completion", "bash"},
                                                         {"manual"}};

TEST_F(Arguments, QuietAndJsonWorkWithEveryCommand) {
  for (const std::vector<std::string>& command : kCommands) {
    const Outcome quiet = run(command + std::vector<std::string>{"--quiet"});
    EXPECT_EQ(quiet.exit_code, 0) << command[0] << quiet.err;
    EXPECT_EQ(quiet.out + quiet.err, "") << command[0];
    const Outcome as_json = run(command + std::vector<std::string>{"--json"});
    EXPECT_EQ(as_json.exit_code, 0) << command[0] << as_json.err;
    EXPECT_FALSE(json::parse(as_json.out, nullptr, false).is_discarded()) << command[0] << as_json.out;
  }
}

TEST_F(Arguments, WithoutEffectAreRejected) {
  const std::vector<std::vector<std::string>> commands = {
      {"decode", "run", "--latents", "z.csv", "--data", "table.csv"},
      {"decode", "run", "--latents", "z.csv", "--part", "train"},
      {"sample", "vae", "--components", "5"},
      {"sample", "vae", "--part", "train"},
      {"traverse", "vae", "--grid", "--image", "1"},
      {"compare", "run", "vae", "--scale", "2"},
      {"reconstruct", "table", "--errors", "e.csv", "--scale", "2"},
      {"evaluate", "run", "--neighbors", "3"},
      {"reproduce", "--list", "--quick"},
  };
  for (const std::vector<std::string>& command : commands) {
    const Outcome outcome = run(command);
    EXPECT_EQ(outcome.exit_code, 2) << command[0] << outcome.out;
    EXPECT_THAT(outcome.err, testing::AnyOf(HasSubstr("has no effect here"), HasSubstr("Unknown option")))
        << command[0];
  }
}

TEST_F(Arguments, DashWritesToStandardOutput) {
  const Outcome latents = run({"encode", "run", "--out", "-"});
  EXPECT_THAT(latents.out, testing::StartsWith("index,row,class,z0,"));
  EXPECT_THAT(latents.err, HasSubstr("Latents of 60 test images"));
  EXPECT_THAT(run({"reconstruct", "run", "--out", "-"}).out, testing::StartsWith("\x89PNG"));
  EXPECT_THAT(run({"embed", "run", "--out", "-"}).out, testing::StartsWith("\x89PNG"));
  EXPECT_EQ(run({"encode", "run", "--out", "-", "--json"}).exit_code, 2) << "two results on one stream";
}

TEST_F(Arguments, OutputsNeverReplaceTheDataOrEachOther) {
  const std::string table = here().read("table.csv");
  const Outcome same = run({"encode", "table", "--data", "table.csv", "--out", "table.csv"});
  EXPECT_EQ(same.exit_code, 2);
  EXPECT_THAT(same.err, HasSubstr("would be overwritten"));
  EXPECT_EQ(here().read("table.csv"), table);
  const Outcome twice = run({"reconstruct", "table", "--values", "v.csv", "--errors", "./v.csv"});
  EXPECT_EQ(twice.exit_code, 2);
  EXPECT_THAT(twice.err, HasSubstr("--values and --errors both write to"));
}

TEST_F(Arguments, OneImageIsADataset) {
  here().write("one.pgm", "P5 28 28 255\n" + std::string(784, '\x10'));
  const Outcome encoded = run({"encode", "run", "--data", "one.pgm", "--out", "-"});
  ASSERT_EQ(encoded.exit_code, 0) << encoded.err;
  EXPECT_THAT(encoded.out, HasSubstr("\n0,one.pgm,"));
  EXPECT_EQ(run({"similar", "run", "--to", "one.pgm"}).exit_code, 0);
}

TEST_F(Arguments, AFewImagesOfAFolderTrainAtOnce) {
  for (int i = 0; i < 8; ++i)
    here().write("photo" + std::to_string(i) + ".pgm",
                 "P5 96 96 255\n" + std::string(9216, static_cast<char>(16 * i + 1)));
  std::filesystem::create_directory(here() / "photos");
  for (int i = 0; i < 8; ++i)
    std::filesystem::rename(here() / ("photo" + std::to_string(i) + ".pgm"),
                            here() / ("photos/" + std::to_string(i) + ".pgm"));
  const Outcome trained = run({"train", "conv", "--data", "photos/", "--epochs", "1", "--out", "few"});
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  EXPECT_THAT(trained.out, HasSubstr("photos: 6 training and 2 test images"));
  EXPECT_THAT(trained.out, HasSubstr("train.batch_size is 6 instead of 64"));
  EXPECT_EQ(run({"embed", "few"}).exit_code, 0);
}

TEST_F(Arguments, NewRowsNeedNoLabels) {
  here().write("labeled.csv", "x,y,kind\n1,2,a\n2,1,b\n3,3,a\n1,1,b\n2,2,a\n3,1,b\n");
  here().write("unlabeled.csv", "x,y\n1,2\n");
  ASSERT_EQ(run({"train", "fc", "--data", "labeled.csv", "--set", "data.label_column=kind", "--epochs", "1",
                 "--batch-size", "2", "--out", "labeled"})
                .exit_code,
            0);
  const Outcome scored = run({"reconstruct", "labeled", "--data", "unlabeled.csv", "--errors", "-"});
  EXPECT_EQ(scored.exit_code, 0) << scored.err;
  EXPECT_THAT(scored.err, HasSubstr("'unlabeled' has no column 'kind': its rows have no labels."));
}

TEST_F(Arguments, EncodeIdentifiesEachSample) {
  const Outcome all = run({"encode", "table", "--data", "table.csv", "--out", "all.csv"});
  ASSERT_EQ(all.exit_code, 0) << all.err;
  EXPECT_THAT(all.out, HasSubstr("8 rows of table"));
  EXPECT_THAT(here().read("all.csv"), testing::StartsWith("index,row,z0\n0,0,"));
  EXPECT_THAT(here().read("all.csv"), HasSubstr("\n7,7,")) << "all rows in file order";
  ASSERT_EQ(run({"encode", "run", "--part", "all", "--out", "every.npz"}).exit_code, 0);
  EXPECT_THAT(here().read("every.npz"), HasSubstr("latents.npy"));
  const Outcome none = run({"encode", "run", "--part", "validation", "--out", "v.csv"});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.err, HasSubstr("has no validation set"));
}

TEST_F(Arguments, SimilarAcceptsAnIndexOrAFile) {
  const json found = json::parse(run({"similar", "run", "--to", "4", "--count", "3", "--json"}).out);
  ASSERT_EQ(found["similar"].size(), 3u);
  double last = 0;
  for (const json& each : found["similar"]) {
    EXPECT_NE(each["index"], 4) << "not the sample itself";
    EXPECT_GE(each["distance"].get<double>(), last);
    last = each["distance"];
  }
  EXPECT_EQ(run({"similar", "run", "--to", "60"}).exit_code, 2);
  here().write("one.csv", "id,x,y\n1,12,24\n");
  const json rows =
      json::parse(run({"similar", "table", "--to", "one.csv", "--data", "table.csv", "--count", "1", "--json"}).out);
  EXPECT_EQ(rows["similar"][0]["sample"], "row 2");
  EXPECT_THAT(run({"similar", "table", "--to", "table.csv"}).err, HasSubstr("one sample was expected"));
}

TEST_F(Arguments, EmbedDrawsPngAndSvg) {
  const Outcome svg = run({"embed", "run", "--out", "e.svg", "--values", "e.csv"});
  ASSERT_EQ(svg.exit_code, 0) << svg.err;
  EXPECT_THAT(svg.out, HasSubstr("first two principal components of 4 latents"));
  EXPECT_THAT(here().read("e.svg"), testing::StartsWith("<svg"));
  EXPECT_THAT(here().read("e.csv"), testing::StartsWith("index,row,class,x,y\n"));
  EXPECT_THAT(run({"embed", "vae"}).out, HasSubstr("the two latents"));
  EXPECT_EQ(run({"embed", "run", "--out", "e.pdf"}).exit_code, 2);
}

TEST_F(Arguments, CompletionHasCommandsOptionsAndPresets) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const std::string script = run({"completion", shell}).out;
    for (const char* word : {"reconstruct", "conv-vae", "fashion-mnist"}) EXPECT_THAT(script, HasSubstr(word)) << shell;
    EXPECT_THAT(script, HasSubstr("learning-rate")) << shell;
  }
  EXPECT_EQ(run({"completion", "tcsh"}).exit_code, 2);
}

TEST_F(Arguments, ManPageHasEveryCommandAndOption) {
  const std::string page = run({"manual"}).out;
  EXPECT_THAT(page, testing::StartsWith(".TH HOURGLASS 1"));
  for (const char* text : {"hourglass similar RUN", "\\-\\-learning\\-rate", "EXIT STATUS"})
    EXPECT_THAT(page, HasSubstr(text));
}

TEST_F(Arguments, TableRowsAreNotCalledImages) {
  const std::string trained = run({"train", "fc", "--data", "table.csv", "--epochs", "1", "--batch-size", "2"}).out;
  EXPECT_THAT(trained, Not(HasSubstr("image")));
  EXPECT_THAT(trained, Not(HasSubstr("psnr")));
  const std::string evaluated = run({"evaluate", "table"}).out;
  for (const char* word : {"image", "pixel", "psnr"}) EXPECT_THAT(evaluated, Not(HasSubstr(word)));
}

}  // namespace
}  // namespace hourglass
