#include "core/net/smtp_reply.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/net/mail_header.h"

namespace connlog {
namespace {

constexpr std::size_t kShownMax = 400;        // characters of a reply that are kept for people
constexpr std::size_t kLineBytesMax = 8'192;  // RFC 5321 asks for 512
constexpr std::size_t kReplyLinesMax = 200;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string upper(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return out;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == ',' || c == '=') {
      if (!words.back().empty()) words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

// RFC 3463: "5.7.1" at the beginning of a line; empty: none.
struct EnhancedCode {
  int subject = -1, detail = -1;
};
EnhancedCode enhanced_code(const SmtpReply& reply) {
  EnhancedCode out;
  if (reply.lines.empty()) return out;
  const std::string& line = reply.lines.front();
  if (line.size() < 5 || (line[0] != '4' && line[0] != '5') || line[1] != '.') return out;
  const char* const end = line.data() + line.size();
  int subject = 0;
  const auto first = std::from_chars(line.data() + 2, end, subject);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != '.') return out;
  int detail = 0;
  const auto second = std::from_chars(first.ptr + 1, end, detail);
  if (second.ec != std::errc()) return out;
  return {subject, detail};
}

bool speaks_of_us(const SmtpReply& reply) {
  const std::string text = upper(reply.shown());
  return std::ranges::any_of(
      std::initializer_list<std::string_view>{
          "HELO", "RELAY",    "AUTHENTICAT", "AUTHORI",   "LOG IN",   "LOGIN",      "SENDER",  "SPF",
          "DKIM", "DMARC",    "BLACKLIST",   "BLOCKLIST", "BLOCKED",  "BLOCK LIST", "REVERSE", "RDNS",
          "PTR",  "HOSTNAME", "CLIENT HOST", "STARTTLS",  "TOO MANY", "RATE LIMIT"},
      [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

}  // namespace

std::string SmtpReply::shown() const {
  std::string text = std::to_string(code);
  for (std::size_t i = 0; i < lines.size() && text.size() < kShownMax; ++i) {
    text += i == 0 ? " " : " / ";
    text += lines[i];
  }
  while (text.ends_with(' ')) text.pop_back();
  return flattened(text, kShownMax);
}

bool SmtpReplyReader::take(std::string_view bytes) {
  for (const char c : bytes) {
    if (c != '\n') {
      if (line_.size() >= kLineBytesMax) return false;
      line_ += c;
      continue;
    }
    while (!line_.empty() && line_.back() == '\r') line_.pop_back();
    take_line(line_);
    line_.clear();
    if (reply_.lines.size() > kReplyLinesMax || whole_.size() > kReplyLinesMax) return false;
  }
  return true;
}

void SmtpReplyReader::take_line(std::string_view line) {
  if (line.size() < 3 || !std::ranges::all_of(line.substr(0, 3), is_digit)) return;
  reply_.code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  const bool more = line.size() > 3 && line[3] == '-';
  reply_.lines.emplace_back(line.size() > 4 ? line.substr(4) : std::string_view());
  if (more) return;
  whole_.push_back(std::move(reply_));
  reply_ = {};
}

std::optional<SmtpReply> SmtpReplyReader::next() {
  if (whole_.empty()) return std::nullopt;
  SmtpReply reply = std::move(whole_.front());
  whole_.pop_front();
  return reply;
}

SmtpOffer read_offer(const SmtpReply& ehlo) {
  SmtpOffer offer;
  for (std::size_t i = 1; i < ehlo.lines.size(); ++i) {  // the first line is the server's name
    const std::vector<std::string> words = words_of(upper(ehlo.lines[i]));
    if (words.empty()) continue;
    if (words[0] == "AUTH") {
      for (std::size_t word = 1; word < words.size(); ++word) {
        if (std::ranges::find(offer.logins, words[word]) == offer.logins.end()) offer.logins.push_back(words[word]);
      }
    } else if (words[0] == "SIZE") {
      offer.has_size = true;
      if (words.size() > 1) std::from_chars(words[1].data(), words[1].data() + words[1].size(), offer.size_max);
    }
  }
  return offer;
}

bool is_about_us(SmtpStep step, const SmtpReply& reply) {
  switch (reply.code) {
    case 421:  // the server closes
    case 454:  // temporary trouble of login or TLS
    case 500:  // the command is not known, or not in this place
    case 502:
    case 503:
    case 504:  // the EHLO name
    case 521:  // no mail at all
    case 530:  // login or TLS is wanted
    case 534:
    case 535:
    case 538:
      return true;
    default:
      break;
  }
  const EnhancedCode enhanced = enhanced_code(reply);
  switch (step) {
    case SmtpStep::sender:
      return reply.code != 552 && !(enhanced.subject == 3 && enhanced.detail == 4);  // RFC 1870: too large
    case SmtpStep::recipient:
      if (enhanced.subject == 1) return enhanced.detail == 7 || enhanced.detail == 8;  // the sender's address
      if (enhanced.subject == 2) return false;                                         // the mailbox
      if (enhanced.subject == 5) return true;                                          // the protocol
      if (enhanced.subject == 7) return reply.code >= 500 || speaks_of_us(reply);  // policy; 4.7.1 is greylisting too
      return speaks_of_us(reply);
    case SmtpStep::data:
      return speaks_of_us(reply);  // else it is about what the mail says
  }
  return false;
}

}  // namespace connlog
