#include "browser/browser.h"

#include <curl/curl.h>

#include <chrono>
#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace hourglass {
namespace {

using nlohmann::json;

bool is_on_path(const std::string& program) {
  std::istringstream folders(std::getenv("PATH") ? std::getenv("PATH") : "");
  for (std::string folder; std::getline(folders, folder, ':');)
    if (std::filesystem::exists(std::filesystem::path(folder) / program)) return true;
  return false;
}

std::string read(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::string from_base64(const std::string& text) {
  std::string bytes;
  uint32_t group = 0;
  int bits = 0;
  for (const char c : text) {
    const size_t digit = std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/").find(c);
    if (digit == std::string_view::npos) break;
    group = group << 6 | static_cast<uint32_t>(digit);
    if ((bits += 6) >= 8) bytes += static_cast<char>(group >> (bits -= 8));
  }
  return bytes;
}

size_t append(char* data, size_t size, size_t count, void* to) {
  static_cast<std::string*>(to)->append(data, size * count);
  return size * count;
}

}  // namespace

std::string Browser::missing() {
  for (const char* program : {"chromium", "chromedriver"})
    if (!is_on_path(program)) return std::string(program) + " is not installed ('./dev test' installs it if possible)";
  return "";
}

Browser::Browser() {
  driver_ = std::make_unique<Process>(folder_.path(), std::vector<std::string>{"chromedriver", "--port=0"});
  if (!driver_->wait_for_output("started successfully on port")) throw std::runtime_error("chromedriver did not start");
  std::smatch port;
  for (int i = 0; i < 100; ++i) {
    const std::string out = read(folder_ / "stdout.txt");
    if (std::regex_search(out, port, std::regex("on port (\\d+)\\."))) {
      address_ = "http://127.0.0.1:" + port.str(1);
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  const json arguments = {"--headless",
                          "--no-sandbox",
                          "--disable-gpu",
                          "--disable-quic",
                          "--no-first-run",
                          "--disable-background-networking",
                          "--disable-component-update",
                          "--disable-sync",
                          "--hide-scrollbars",
                          "--user-data-dir=" + (folder_ / "profile").string()};
  const json capabilities = {{"browserName", "chrome"},
                             {"goog:chromeOptions", {{"args", arguments}}},
                             {"goog:loggingPrefs", {{"browser", "ALL"}, {"performance", "ALL"}}}};
  const json session = call("POST", "/session", {{"capabilities", {{"alwaysMatch", capabilities}}}});
  address_ += "/session/" + session["sessionId"].get<std::string>();
}

Browser::~Browser() {
  try {
    call("DELETE", "", nullptr);
  } catch (const std::exception&) {  // the driver is stopped anyway
  }
}

json Browser::call(const std::string& method, const std::string& path, const json& body) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> request(curl_easy_init(), curl_easy_cleanup);
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> header(
      curl_slist_append(nullptr, "Content-Type: application/json"), curl_slist_free_all);
  const std::string url = address_ + path, text = body.is_null() ? "" : body.dump();
  std::string answer;
  curl_easy_setopt(request.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(request.get(), CURLOPT_CUSTOMREQUEST, method.c_str());
  curl_easy_setopt(request.get(), CURLOPT_HTTPHEADER, header.get());
  curl_easy_setopt(request.get(), CURLOPT_NOPROXY, "*");
  curl_easy_setopt(request.get(), CURLOPT_TIMEOUT, 90L);
  curl_easy_setopt(request.get(), CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(request.get(), CURLOPT_WRITEDATA, &answer);
  if (!text.empty()) curl_easy_setopt(request.get(), CURLOPT_POSTFIELDS, text.c_str());
  if (const CURLcode code = curl_easy_perform(request.get()); code != CURLE_OK)
    throw std::runtime_error(path + ": " + curl_easy_strerror(code));
  json value = json::parse(answer)["value"];
  if (value.is_object() && value.contains("error")) throw std::runtime_error(path + ": " + value["message"].dump());
  return value;
}

json Browser::devtools(const std::string& command, const json& parameters) {
  return call("POST", "/goog/cdp/execute", {{"cmd", command}, {"params", parameters}});
}

json Browser::run(const std::string& script, const json& arguments) {
  return call("POST", "/execute/sync", {{"script", script}, {"args", arguments}});
}

void Browser::open(const std::filesystem::path& file) {
  call("POST", "/url", {{"url", "file://" + std::filesystem::absolute(file).string()}});
  for (int i = 0; i < 300; ++i) {
    if (run("return document.querySelector('footer, .noscript:not(noscript *)') !== null")) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  throw std::runtime_error("the page was not drawn");
}

void Browser::set_viewport(int width, int height, const std::string& theme) {
  devtools("Emulation.setDeviceMetricsOverride",
           {{"width", width}, {"height", height}, {"deviceScaleFactor", 1}, {"mobile", false}});
  devtools("Emulation.setEmulatedMedia", {{"features", {{{"name", "prefers-color-scheme"}, {"value", theme}}}}});
}

void Browser::screenshot(const std::filesystem::path& file) {
  std::filesystem::create_directories(file.parent_path());
  const std::string png = devtools("Page.captureScreenshot", {{"format", "png"}})["data"];
  std::ofstream(file, std::ios::binary) << from_base64(png);
}

void Browser::mouse(const std::string& type, double x, double y, int buttons) {
  devtools("Input.dispatchMouseEvent", {{"type", type},
                                        {"x", x},
                                        {"y", y},
                                        {"button", type == "mouseMoved" && buttons == 0 ? "none" : "left"},
                                        {"buttons", buttons},
                                        {"clickCount", type == "mouseMoved" ? 0 : 1}});
}

void Browser::move(double x, double y) { mouse("mouseMoved", x, y, 0); }
void Browser::press(double x, double y) { mouse("mousePressed", x, y, 1); }
void Browser::release(double x, double y) {
  mouse("mouseMoved", x, y, 1);
  mouse("mouseReleased", x, y, 0);
}

void Browser::key(const std::string& name) {
  const std::pair<const char*, int> codes[] = {{"Tab", 9},         {"ArrowLeft", 37}, {"ArrowUp", 38},
                                               {"ArrowRight", 39}, {"ArrowDown", 40}, {"Enter", 13}};
  for (const auto& [key, code] : codes)
    if (name == key)
      for (const char* type : {"keyDown", "keyUp"})
        devtools("Input.dispatchKeyEvent", {{"type", type},
                                            {"key", key},
                                            {"code", key},
                                            {"windowsVirtualKeyCode", code},
                                            {"text", name == "Enter" ? "\r" : ""}});
}

json Browser::console() { return call("POST", "/se/log", {{"type", "browser"}}); }

std::vector<std::string> Browser::requests() {
  std::vector<std::string> addresses;
  for (const json& entry : call("POST", "/se/log", {{"type", "performance"}})) {
    const json message = json::parse(entry["message"].get<std::string>())["message"];
    if (message["method"] == "Network.requestWillBeSent") addresses.push_back(message["params"]["request"]["url"]);
  }
  return addresses;
}

}  // namespace hourglass
