#include "core/identity/device.h"

#include <fmt/format.h>

#include <span>

namespace connlog {
namespace {

struct Sign {
  std::string_view in_text;
  std::string_view means;
};

// The order matters: nearly all browsers also call themselves Safari, and many Chrome.
constexpr Sign kBrowsers[] = {
    {"Edg/", "Edge"},
    {"EdgA/", "Edge"},
    {"OPR/", "Opera"},
    {"Vivaldi/", "Vivaldi"},
    {"SamsungBrowser/", "Samsung Internet"},
    {"Firefox/", "Firefox"},
    {"FxiOS/", "Firefox"},
    {"CriOS/", "Chrome"},
    {"Chrome/", "Chrome"},
    {"Chromium/", "Chromium"},
    {"Safari/", "Safari"},
};
constexpr Sign kSystems[] = {
    {"Windows", "Windows"}, {"Android", "Android"}, {"iPhone", "iPhone"},   {"iPad", "iPad"},
    {"Mac OS X", "macOS"},  {"CrOS", "ChromeOS"},   {"FreeBSD", "FreeBSD"}, {"Linux", "Linux"},
};

std::string_view first_of(std::span<const Sign> signs, std::string_view text) {
  for (const Sign& sign : signs) {
    if (text.find(sign.in_text) != std::string_view::npos) return sign.means;
  }
  return {};
}

}  // namespace

std::string device_label(std::string_view user_agent) {
  const std::string_view browser = first_of(kBrowsers, user_agent);
  const std::string_view system = first_of(kSystems, user_agent);
  if (browser.empty() && system.empty()) return "A program";
  if (browser.empty()) return fmt::format("A program on {}", system);
  if (system.empty()) return std::string(browser);
  return fmt::format("{} on {}", browser, system);
}

}  // namespace connlog
