#pragma once
// A headless Chromium, driven through chromedriver (https://www.w3.org/TR/webdriver2).

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/program.h"

namespace hourglass {

class Browser {
 public:
  /// "" where this machine has a browser and its driver, else what is missing.
  static std::string missing();

  /// Throws std::runtime_error where it does not start.
  Browser();
  Browser(const Browser&) = delete;
  Browser& operator=(const Browser&) = delete;
  ~Browser();

  /// Opens a file and waits until its page has drawn itself.
  void open(const std::filesystem::path& file);
  /// Runs the body of a function in the page; what it returns, as JSON.
  nlohmann::json run(const std::string& script, const nlohmann::json& arguments = nlohmann::json::array());
  /// A viewport of so many pixels, in the light or the dark theme.
  void look(int width, int height, const std::string& theme = "light");
  /// Writes the whole page as a picture.
  void screenshot(const std::filesystem::path& file);

  // Real input, at pixels of the viewport.
  void move(double x, double y);
  void press(double x, double y);
  void release(double x, double y);
  /// A key by its name, "Tab", "ArrowRight".
  void key(const std::string& name);

  /// What the console got since the last call.
  nlohmann::json console();
  /// The addresses that were asked for since the last call.
  std::vector<std::string> requests();

 private:
  nlohmann::json call(const std::string& method, const std::string& path, const nlohmann::json& body);
  nlohmann::json devtools(const std::string& command, const nlohmann::json& parameters);
  void mouse(const std::string& type, double x, double y, int buttons);

  TemporaryFolder folder_;
  std::unique_ptr<Process> driver_;
  std::string address_;  // of the driver, then of the session
};

}  // namespace hourglass
