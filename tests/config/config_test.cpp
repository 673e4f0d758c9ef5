#include "hourglass/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <limits>
#include <set>

#include "hourglass/error.h"
#include "support/expect_error.h"
#include "support/temporary_folder.h"

namespace hourglass {
namespace {

void expect_parse_error(const std::string& toml, const std::vector<std::string>& parts) {
  expect_error(ErrorKind::kUsage, parts, [&] { parse_config(toml, "run.toml"); });
}

void expect_set_error(const std::string& assignment, const std::vector<std::string>& parts) {
  Config config;
  expect_error(ErrorKind::kUsage, parts, [&] { set_option(config, assignment); });
}

TEST(ParseConfig, MissingKeysKeepTheBaseValues) {
  Config base;
  base.train.epochs = 7;
  const Config config = parse_config("[train]\nbatch_size = 32\n", "run.toml", base);
  EXPECT_EQ(config.train.batch_size, 32);
  EXPECT_EQ(config.train.epochs, 7);
}

TEST(ParseConfig, ReadsEveryType) {
  const Config config = parse_config(
      "[model]\nencoder = [\"linear 9\", \"relu\"]\n"
      "[train]\noptimizer = \"sgd\"\nnesterov = true\nmomentum = 0.5\nlearning_rate = 1\nseed = 12345678901\n",
      "run.toml");
  EXPECT_EQ(config.model.encoder, (std::vector<std::string>{"linear 9", "relu"}));
  EXPECT_EQ(config.train.optimizer, "sgd");
  EXPECT_TRUE(config.train.nesterov);
  EXPECT_EQ(config.train.momentum, 0.5);
  EXPECT_EQ(config.train.learning_rate, 1.0);
  EXPECT_EQ(config.train.seed, 12345678901);
}

TEST(ParseConfig, NamesLineAndColumnOfASyntaxError) {
  expect_parse_error("[train]\nepochs = \n", {"run.toml:2:"});
  expect_parse_error("[train]\nepochs = 1\nepochs = 2\n", {"run.toml:3:"});
}

TEST(ParseConfig, NamesLineAndSuggestionForAnUnknownKey) {
  expect_parse_error("[train]\nepochs = 3\n  epoch = 3\n",
                     {"run.toml:3:3: Unknown option 'train.epoch'. Did you mean 'train.epochs'?"});
}

TEST(ParseConfig, SuggestsTheNearestTable) {
  expect_parse_error("[trian]\nepochs = 3\n", {"Unknown table [trian]. Did you mean 'train'?"});
}

TEST(ParseConfig, SuggestsTheTableOfAKeyWithoutOne) {
  expect_parse_error("epochs = 3\n", {"Did you mean 'train.epochs'?"});
}

TEST(ParseConfig, RejectsAValueInPlaceOfATable) {
  expect_parse_error("train = 3\n", {"'train' is 3; expected the table [train]."});
}

TEST(ParseConfig, NamesFoundAndExpectedValues) {
  expect_parse_error("[train]\nepochs = 1.5\n",
                     {"run.toml:2:10: train.epochs is 1.5; expected an integer, at least 1."});
  expect_parse_error("[train]\nnesterov = 1\n", {"run.toml:2:12: train.nesterov is 1; expected true or false."});
  expect_parse_error("[train]\nlearning_rate = \"fast\"\n",
                     {"run.toml:2:17: train.learning_rate is \"fast\"; expected a finite number, above 0."});
  expect_parse_error("[data]\nname = 3\n", {"run.toml:2:8: data.name is 3; expected text."});
  expect_parse_error("[model]\nencoder = \"linear 3\"\n",
                     {"run.toml:2:11: model.encoder is \"linear 3\"; expected a list of text, at least one layer."});
  expect_parse_error("[model]\nencoder = []\n", {"model.encoder is an empty list;"});
  expect_parse_error("[model]\nencoder = [\"linear 3\", 3]\n", {"is a list that is not all text;"});
  expect_parse_error("[train.epochs]\nx = 3\n", {"train.epochs is a table;"});
  expect_parse_error("[train]\nseed = 2020-01-01\n", {"train.seed is 2020-01-01; expected an integer"});
}

TEST(ParseConfig, SuggestsTheNearestChoice) {
  expect_parse_error("[train]\noptimizer = \"adma\"\n",
                     {"train.optimizer is \"adma\"; expected one of sgd, adam, adamw, lbfgs. Did you mean 'adam'?"});
}

TEST(LoadConfig, NamesTheModelAfterItsFile) {
  const TemporaryFolder folder;
  std::ofstream(folder / "my-model.toml") << "[train]\nepochs = 4\n";
  const Config config = load_config(folder / "my-model.toml");
  EXPECT_EQ(config.model.name, "my-model");
  EXPECT_EQ(config.train.epochs, 4);
}

TEST(LoadConfig, NamesAMissingFile) {
  expect_error(ErrorKind::kIo, {"/nowhere/run.toml"}, [] { load_config("/nowhere/run.toml"); });
}

TEST(SetOption, ReadsEveryType) {
  Config config;
  set_option(config, "train.epochs=5");
  set_option(config, " train.learning_rate = 2.5e-4 ");
  set_option(config, "train.nesterov=true");
  set_option(config, "data.dir=a=b, c");
  set_option(config, "model.encoder=linear 32, relu");
  EXPECT_EQ(config.train.epochs, 5);
  EXPECT_EQ(config.train.learning_rate, 2.5e-4);
  EXPECT_TRUE(config.train.nesterov);
  EXPECT_EQ(config.data.dir, "a=b, c");
  EXPECT_EQ(config.model.encoder, (std::vector<std::string>{"linear 32", "relu"}));
}

TEST(SetOption, RejectedValueChangesNothing) {
  Config config;
  EXPECT_THROW(set_option(config, "train.epochs=0"), Error);
  EXPECT_EQ(config.train.epochs, Config{}.train.epochs);
}

TEST(SetOption, RejectsInvalidAssignments) {
  expect_set_error("train.epochs", {"'train.epochs' is not key=value"});
  expect_set_error("train.epoch=3", {"Did you mean 'train.epochs'?"});
  expect_set_error("epochs=3", {"Did you mean 'train.epochs'?"});
  expect_set_error("train.epochs=many", {"train.epochs is \"many\"; expected an integer, at least 1."});
  expect_set_error("train.epochs=3x", {"train.epochs is \"3x\"; expected an integer, at least 1."});
  expect_set_error("train.epochs=99999999999999999999",
                   {"train.epochs is \"99999999999999999999\"; expected an integer, at least 1."});
  expect_set_error("train.epochs=", {"train.epochs is \"\"; expected an integer, at least 1."});
  expect_set_error("train.nesterov=yes", {"train.nesterov is \"yes\"; expected true or false."});
  expect_set_error("model.encoder=linear 3,,relu", {"model.encoder is \"linear 3,,relu\";"});
  expect_set_error("model.encoder=", {"model.encoder is \"\"; expected a list of text"});
}

struct Rejected {
  const char* assignment;
  const char* expected;
};
class Ranges : public testing::TestWithParam<Rejected> {};

TEST_P(Ranges, RejectsTheFirstValueOutOfRange) { expect_set_error(GetParam().assignment, {GetParam().expected}); }

INSTANTIATE_TEST_SUITE_P(
    EveryRule, Ranges,
    testing::Values(
        Rejected{"train.epochs=0", "at least 1"}, Rejected{"train.batch_size=-3", "at least 0"},
        Rejected{"train.accumulate=0", "at least 1"}, Rejected{"train.lbfgs_iterations=0", "1 to"},
        Rejected{"train.lbfgs_memory=0", "1 to"}, Rejected{"objective.reconstruction_weight=0", "above 0"},
        Rejected{"train.threads=-1", "0 to 1024"}, Rejected{"train.threads=1025", "0 to 1024"},
        Rejected{"train.seed=-1", "at least 0"}, Rejected{"train.learning_rate=0", "above 0"},
        Rejected{"train.learning_rate=inf", "a finite number"}, Rejected{"train.learning_rate=nan", "a finite number"},
        Rejected{"train.beta1=1", "at least 0, below 1"}, Rejected{"train.beta2=-0.1", "at least 0, below 1"},
        Rejected{"train.momentum=1", "at least 0, below 1"}, Rejected{"train.epsilon=0", "above 0"},
        Rejected{"train.weight_decay=-1", "at least 0"}, Rejected{"objective.weight_l1=-1", "at least 0"},
        Rejected{"objective.weight_l2=-1", "at least 0"}, Rejected{"objective.latent_l1=-1", "at least 0"},
        Rejected{"data.validation=1", "below 1"}, Rejected{"data.synthetic_train=0", "at least 1"},
        Rejected{"data.synthetic_test=0", "at least 1"}, Rejected{"data.synthetic_seed=-1", "at least 0"},
        Rejected{"objective.reconstruction=l1", "one of mse"}, Rejected{"model.initializer=he", "he_normal"},
        Rejected{"objective.reconstruction=mae", "Did you mean 'mse'?"},
        Rejected{"objective.reduction=avg", "one of mean, sum"},
        Rejected{"corruption.hide=right,rigt", "a list of right, left"},
        Rejected{"corruption.hide=rigt", "Did you mean 'right'?"}),
    [](const auto& test) {
      std::string name = test.param.assignment;
      std::ranges::replace_if(
          name, [](unsigned char c) { return !std::isalnum(c); }, '_');
      return name;
    });

TEST(Ranges, AcceptTheirBounds) {
  Config config;
  for (const char* assignment : {"train.epochs=1", "train.threads=0", "train.threads=1024", "train.beta1=0",
                                 "data.preprocess=", "data.validation=0", "objective.weight_l2=0"})
    EXPECT_NO_THROW(set_option(config, assignment)) << assignment;
}

TEST(CheckRanges, NamesTheKeyOfAValueSetInCode) {
  Config config;
  EXPECT_NO_THROW(check_ranges(config));
  config.train.learning_rate = -1;
  expect_error(ErrorKind::kUsage, {"train.learning_rate is -1.0; expected a finite number, above 0."},
               [&] { check_ranges(config); });
}

TEST(ToToml, RoundTripsEveryFieldExactly) {
  Config config;
  config.data = {.name = "a \"quoted\"\\ name\n\t\x7f",
                 .dir = "/data/\xc3\xa9/caf\xe9/\\xE9",
                 .preprocess = {"clip 3 global", "scale 0 1"},
                 .validation = 0.1,
                 .train_rows = "3:",
                 .stratify = false,
                 .synthetic_train = 3,
                 .synthetic_seed = std::numeric_limits<int64_t>::max()};
  config.model = {"m", {"linear 3", "relu"}, "plain", 7, {"linear output"}, "he_normal"};
  config.objective = {.reconstruction = "bce",
                      .reduction = "sum",
                      .weight_l1 = 1.0 / 3,
                      .weight_l2 = 5e-324,
                      .latent_l1 = std::numeric_limits<double>::max(),
                      .kl_weight = 0.1};
  config.corruption = {
      .gaussian_variance = 0.3, .clamp = false, .mask = 0.1, .salt_and_pepper = 0.7, .hide = {"left", "nothing"}};
  config.train = {.optimizer = "sgd",
                  .learning_rate = 0.1 + 0.2,
                  .momentum = 0.99,
                  .nesterov = true,
                  .beta1 = 0,
                  .beta2 = 1 - 0x1p-53,
                  .epsilon = 1e-300,
                  .weight_decay = 50,
                  .schedule = "cosine",
                  .clip_norm = 0.1,
                  .batch_size = 1};
  const std::string toml = to_toml(config);
  const Config read = parse_config(toml, "run.toml");
  EXPECT_EQ(read.data.name, config.data.name);
  EXPECT_EQ(read.data.dir, config.data.dir);
  EXPECT_EQ(read.data.preprocess, config.data.preprocess);
  EXPECT_EQ(read.data.train_rows, config.data.train_rows);
  EXPECT_EQ(read.data.stratify, config.data.stratify);
  EXPECT_EQ(read.data.synthetic_seed, config.data.synthetic_seed);
  EXPECT_EQ(read.model.encoder, config.model.encoder);
  EXPECT_EQ(read.objective.weight_l1, config.objective.weight_l1);
  EXPECT_EQ(read.objective.weight_l2, config.objective.weight_l2);
  EXPECT_EQ(read.objective.latent_l1, config.objective.latent_l1);
  EXPECT_EQ(read.train.learning_rate, config.train.learning_rate);
  EXPECT_EQ(read.corruption.clamp, config.corruption.clamp);
  EXPECT_EQ(read.corruption.salt_and_pepper, config.corruption.salt_and_pepper);
  EXPECT_EQ(read.corruption.hide, config.corruption.hide);
  EXPECT_EQ(read.train.beta2, config.train.beta2);
  EXPECT_EQ(read.train.schedule, config.train.schedule);
  EXPECT_EQ(to_toml(read), toml);
}

TEST(ToToml, NamesEveryOptionOnce) {
  const std::string toml = to_toml(Config{});
  for (const OptionInfo& option : options()) {
    const std::string line = "\n" + option.key.substr(option.key.find('.') + 1) + " = " + option.default_value + "\n";
    EXPECT_THAT(toml, testing::HasSubstr(line));
  }
}

TEST(Options, AreCompleteAndUnique) {
  std::set<std::string> keys;
  for (const OptionInfo& option : options()) {
    EXPECT_TRUE(keys.insert(option.key).second) << option.key;
    EXPECT_FALSE(option.type.empty()) << option.key;
    EXPECT_FALSE(option.default_value.empty()) << option.key;
    EXPECT_FALSE(option.help.empty()) << option.key;
  }
  EXPECT_EQ(keys.size(), 86u);
}

TEST(Presets, AreWithinRangeAndNamed) {
  for (const Preset& preset : presets()) {
    EXPECT_NO_THROW(check_ranges(preset.config)) << preset.name;
    EXPECT_EQ(preset.config.model.name, preset.name);
    EXPECT_EQ(preset_config(preset.name).train.batch_size, preset.config.train.batch_size);
  }
}

TEST(Presets, HaveUniqueNamesAndAreGroupedByStudy) {
  std::set<std::string> names, finished;
  std::string study;
  for (const Preset& preset : presets()) {
    EXPECT_TRUE(names.insert(preset.name).second) << preset.name;
    EXPECT_FALSE(preset.summary.empty()) << preset.name;
    EXPECT_FALSE(preset.study.empty()) << preset.name;
    if (preset.study == study) continue;
    finished.insert(study);
    study = preset.study;
    EXPECT_EQ(finished.count(study), 0u) << preset.name << " is separated from its study";
  }
}

TEST(Presets, SuggestTheNearestName) {
  expect_error(ErrorKind::kUsage, {"Unknown preset 'deep4'. Did you mean 'deep3'?"}, [] { preset_config("deep4"); });
}

TEST(ParseConfig, AcceptsNonAsciiOnlyInStringsAndComments) {
  EXPECT_EQ(parse_config("# h\xc3\xa9\n[model]\nname = \"\xc3\xa9 \\\" #\" # \xc3\xa9\n", "x").model.name,
            "\xc3\xa9 \" #");
  EXPECT_EQ(parse_config("[model]\nname = '\xc3\xa9'\n", "x").model.name, "\xc3\xa9");
  EXPECT_EQ(parse_config("[model]\nname = \"\"\"\xc3\xa9\n\"\"\"\n", "x").model.name, "\xc3\xa9\n");
  expect_error(ErrorKind::kUsage, {"x:2", "Non-ASCII character"}, [] { parse_config("[model]\n\xc3\xa9 = 1\n", "x"); });
}

TEST(ParseConfig, RejectsNonAsciiOutsideStringsInAnyContext) {
  for (const char* line : {"seed = 1\"\xef\xb5\xbb", "seed = 1.\"p\xd2\x89\"", "seed = 1e{|[\"a\"\xd3\x9b",
                           "seed = \"\" \"\xc3\xa9\"", "seed\"\xc3\xa9\" = 1", "seed = 1\xc2\xa0"})
    expect_error(ErrorKind::kUsage, {"x:2:", "Non-ASCII character"},
                 [&] { parse_config(std::string("[train]\n") + line, "x"); });
  try {
    parse_config("# \xc3\xa9\n[model\n", "x");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr("Non-ASCII character")))
        << "non-ASCII characters on another line are not the cause";
  }
  const std::string folded = "[model]\nname = \"\"\"a \\\n ";
  EXPECT_EQ(parse_config(folded + "b\xc3\xa9\"\"\"", "x").model.name, "a b\xc3\xa9");
  expect_error(ErrorKind::kUsage, {"x: ", "after a backslash"}, [&] { parse_config(folded + "\xc3\xa9\"\"\"", "x"); });
}

TEST(Config, ListsAndTextAcceptTomlSyntax) {
  Config config;
  set_option(config, R"(model.encoder=["linear 512", "relu"])");
  EXPECT_EQ(config.model.encoder, (std::vector<std::string>{"linear 512", "relu"}));
  set_option(config, "model.encoder=linear 8, tanh");
  EXPECT_EQ(config.model.encoder, (std::vector<std::string>{"linear 8", "tanh"}));
  set_option(config, R"(data.name="a b.csv")");
  EXPECT_EQ(config.data.name, "a b.csv");
  for (const char* bad : {R"(model.encoder=["linear 512", "relu")", "model.encoder=[1, 2]", "model.encoder=[]"})
    EXPECT_THROW(set_option(config, bad), Error) << bad;
}

TEST(Config, OldNamesAreReadAndReported) {
  std::vector<std::string> messages;
  const Context context = {
      .threads = 0, .log = [&](const std::string& line) { messages.push_back(line); }, .on_progress = {}};
  const Config config = parse_config(
      "[data]\npreprocess = [\"grey\", \"resize 4 4 area\"]\n[corruption]\nhide = [\"centre\", \"right\"]\n",
      "old.toml", {}, context);
  EXPECT_EQ(config.data.preprocess, (std::vector<std::string>{"gray", "resize 4 4 area"}));
  EXPECT_EQ(config.corruption.hide, (std::vector<std::string>{"center", "right"}));
  EXPECT_THAT(messages, testing::UnorderedElementsAre(testing::HasSubstr("'grey' is now called 'gray'"),
                                                      testing::HasSubstr("'centre' is now called 'center'")));
}

}  // namespace
}  // namespace hourglass
