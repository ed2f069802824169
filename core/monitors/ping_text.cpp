// Texts of pings: who only looks at a link, slugs, and bodies as they are kept.
#include <algorithm>
#include <array>

#include "core/base/secret_shapes.h"
#include "core/base/text.h"
#include "core/monitors/pings.h"

namespace connlog {
namespace {

// Parts of user agents, in lower case: from the documents of the services and from what their fetchers send.
constexpr std::array<std::string_view, 32> kPreviews{"slackbot",
                                                     "slack-imgproxy",
                                                     "discordbot",
                                                     "telegrambot",
                                                     "whatsapp/",
                                                     "facebookexternalhit",
                                                     "facebot",
                                                     "twitterbot",
                                                     "linkedinbot",
                                                     "skypeuripreview",
                                                     "microsoftpreview",
                                                     "ms-office",
                                                     "bingpreview",
                                                     "googlebot",
                                                     "google-pagerenderer",
                                                     "googleimageproxy",
                                                     "applebot",
                                                     "mattermost-bot",
                                                     "rocket.chat",
                                                     "zulipurlpreview",
                                                     "synapse (bot;",
                                                     "mastodon/",
                                                     "redditbot",
                                                     "pinterest",
                                                     "snapchat",
                                                     "viber",
                                                     "kakaotalk-scrap",
                                                     "vkshare",
                                                     "embedly",
                                                     "iframely",
                                                     "nextcloud server crawler",
                                                     "linespider"};

// Bytes that are no UTF-8 as U+FFFD. Each byte is looked at a few times at most, whatever stands behind it.
std::string with_replacements(std::string_view rest) {
  if (is_utf8(rest)) return std::string(rest);
  std::string clean;
  while (!rest.empty()) {
    const std::size_t longest = std::min<std::size_t>(4, rest.size());
    std::size_t length = 1;
    while (length < longest && !is_utf8(rest.substr(0, length))) ++length;
    if (is_utf8(rest.substr(0, length))) {
      clean += rest.substr(0, length);
    } else {
      clean += "\xEF\xBF\xBD";
      length = 1;
    }
    rest.remove_prefix(length);
  }
  return clean;
}

}  // namespace

bool is_link_preview(std::string_view user_agent, std::string_view method) {
  if (user_agent.empty() || (method != "GET" && method != "HEAD")) return false;
  const std::string agent = folded(user_agent);
  return std::ranges::any_of(kPreviews, [&](std::string_view part) { return agent.find(part) != std::string::npos; });
}

bool is_slug(std::string_view text) {
  return !text.empty() && text.size() <= 100 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string_view::npos;
}

std::string slug_of(std::string_view name) {
  std::string slug;
  for (const char c : folded(name)) {
    const bool is_kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    if (is_kept) {
      slug += c;
    } else if ((c == ' ' || c == '-' || c == '\t') && !slug.empty() && slug.back() != '-') {
      slug += '-';
    }
  }
  slug.resize(std::min<std::size_t>(slug.size(), 100));
  while (!slug.empty() && slug.back() == '-') slug.pop_back();
  return slug;
}

std::string body_to_keep(std::string_view body, std::size_t bytes) {
  // A secret across the cut is seen whole before it is cut.
  constexpr std::size_t kBeyond = 4'096;
  std::string clean = with_replacements(body.substr(0, bytes + kBeyond));
  std::erase(clean, '\0');
  return cut(mask_secrets(clean), bytes);
}

}  // namespace connlog
