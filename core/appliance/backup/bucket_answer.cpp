#include "core/appliance/backup/bucket_answer.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace connlog {
namespace {

constexpr std::size_t kTextMax = 1'024;
constexpr std::size_t kShownMax = 200;

std::string unescaped(std::string_view text) {
  static constexpr std::pair<std::string_view, char> kEntities[] = {
      {"&quot;", '"'}, {"&#34;", '"'}, {"&#x22;", '"'}, {"&apos;", '\''}, {"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'},
  };
  std::string out;
  while (!text.empty()) {
    std::size_t taken = 1;
    char c = text.front();
    for (const auto& [entity, meaning] : kEntities) {
      if (!text.starts_with(entity)) continue;
      taken = entity.size();
      c = meaning;
      break;
    }
    out += c;
    text.remove_prefix(taken);
  }
  return out;
}

std::string shown(const std::string& text) {
  return cut(harmless(text), kShownMax);
}

Error network(std::string message, const HttpAnswer& answer) {
  return Error{ErrorCode::network, std::move(message), {}, fmt::format("the bucket answered {}", answer.status)};
}

std::string where(const BucketSettings& settings) {
  return fmt::format("The bucket {} at {}", settings.bucket, settings.endpoint);
}

// "AccessDenied: No more than that."; what the service itself said.
std::string said(const HttpAnswer& answer) {
  const std::string code = shown(xml_text(answer.body, "Code"));
  const std::string message = shown(xml_text(answer.body, "Message"));
  if (code.empty()) return fmt::format("{}", answer.status);
  return message.empty() ? code : code + ": " + message;
}

}  // namespace

bool has_xml_element(std::string_view body, std::string_view element) {
  const std::string opening = "<" + std::string(element);
  for (std::size_t at = body.find(opening); at != std::string_view::npos; at = body.find(opening, at + 1)) {
    const std::size_t after = at + opening.size();
    if (after < body.size() && std::string_view("> \t\r\n/").find(body[after]) != std::string_view::npos) return true;
  }
  return false;
}

std::string xml_text(std::string_view body, std::string_view element) {
  const std::string opening = fmt::format("<{}>", element);
  const std::size_t begin = body.find(opening);
  if (begin == std::string_view::npos) return {};
  const std::size_t from = begin + opening.size();
  const std::size_t end = body.find('<', from);
  if (end == std::string_view::npos || end - from > kTextMax) return {};
  if (!body.substr(end).starts_with(fmt::format("</{}>", element))) return {};
  return unescaped(body.substr(from, end - from));
}

std::string xml_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

Error no_bucket(const BucketSettings& settings, std::string_view what) {
  return Error{ErrorCode::network,
               fmt::format("What answers at {} is no bucket: {}. Is a proxy or a login page in between?",
                           settings.endpoint, what)};
}

bool is_passing(const HttpAnswer& answer) {
  switch (answer.status) {
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
      return true;
    case 400:
      return xml_text(answer.body, "Code") == "RequestTimeout";
    case 200:  // CompleteMultipartUpload begins its answer before it is done
      return has_xml_element(answer.body, "Error") && xml_text(answer.body, "Code") == "InternalError";
    default:
      return false;
  }
}

Error bucket_refusal(const HttpAnswer& answer, const BucketSettings& settings, const BucketDeed& deed) {
  const std::string code = xml_text(answer.body, "Code");
  if (code == "RequestTimeTooSkewed") {
    const std::string* date = answer.header("date");
    return network(fmt::format("{} refuses because this machine's clock is wrong by more than it allows (its time: {}). "
                               "Set the clock, by NTP best of all.",
                               where(settings), date ? shown(*date) : "not said"),
                   answer);
  }
  if (code == "SignatureDoesNotMatch") {
    return network(fmt::format("{} says that the signature is wrong. Enter the secret key again: it does not belong to "
                               "the access key {}.",
                               where(settings), settings.access_key),
                   answer);
  }
  if (code == "InvalidAccessKeyId")
    return network(fmt::format("{} does not know the access key {}.", where(settings), settings.access_key), answer);
  if (code == "AuthorizationHeaderMalformed" || code == "PermanentRedirect" || code == "IllegalLocationConstraint" ||
      (answer.status >= 300 && answer.status < 400)) {
    std::string region = shown(xml_text(answer.body, "Region"));
    if (const std::string* header = answer.header("x-amz-bucket-region"); region.empty() && header)
      region = shown(*header);
    return network(fmt::format("{} is not in the region {}{}. Correct the region, or the address to one of that region. "
                               "({})",
                               where(settings), settings.region,
                               region.empty() ? "" : fmt::format("; the service says {}", region), said(answer)),
                   answer);
  }
  if (code == "NoSuchBucket") {
    return network(fmt::format("There is no bucket {} at {}. Make it there, or correct its name.", settings.bucket,
                               settings.endpoint),
                   answer);
  }
  if (answer.status == 403 || answer.status == 401) {
    return Error{ErrorCode::forbidden,
                 fmt::format("{} does not let the access key {} {} ({}). It needs the right {} on {}/*.",
                             where(settings), settings.access_key, deed.what, said(answer), deed.right,
                             settings.name().substr(5)),
                 {},
                 fmt::format("the bucket answered {}", answer.status)};
  }
  if (answer.status == 404) {
    return Error{ErrorCode::not_found, fmt::format("{} has no such object.", where(settings)), {},
                 "the bucket answered 404"};
  }
  if (is_passing(answer)) {
    return network(fmt::format("{} has trouble of its own ({}). It is tried again later.", where(settings),
                               said(answer)),
                   answer);
  }
  return network(fmt::format("{} refused to {} ({}).", where(settings), deed.what, said(answer)), answer);
}

}  // namespace connlog
