#include "web/server/assets.h"

#include <algorithm>
#include <string>

#include "core/base/embedded.h"
#include "web/server/problem.h"

namespace connlog::web {
namespace {

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

const EmbeddedFile* find(std::string_view path) {
  const auto files = embedded_ui();
  const auto found =
      std::find_if(files.begin(), files.end(), [&](const EmbeddedFile& file) { return file.path == path; });
  return found == files.end() ? nullptr : &*found;
}

bool has_extension(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return path.find('.', slash == std::string_view::npos ? 0 : slash) != std::string_view::npos;
}

// The page of a build without the interface: says what this is and where everything else is found.
Reply plain_page() {
  return Reply{.status = 200,
               .content_type = "text/html; charset=utf-8",
               .static_body =
                   "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>connlog</title></head><body>"
                   "<h1>connlog</h1><p>This build carries no user interface. The API is at "
                   "<a href=\"/api/v1/openapi.json\">/api/v1/openapi.json</a>; build with Node installed, or with "
                   "-DCONNLOG_UI_DIST=&lt;dir&gt;, to have pages here.</p></body></html>\n"};
}

bool lists_etag(std::string_view if_none_match, std::string_view etag) {
  return if_none_match == "*" || if_none_match.find(etag) != std::string_view::npos;
}

}  // namespace

Encoding best_encoding(std::string_view accept, bool has_gzip) {
  bool gzip = false;
  while (!accept.empty()) {
    const std::size_t end = std::min(accept.find(','), accept.size());
    std::string entry;
    for (const char c : accept.substr(0, end)) {
      if (c != ' ' && c != '\t') entry += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    accept.remove_prefix(std::min(end + 1, accept.size()));
    const std::size_t semicolon = std::min(entry.find(';'), entry.size());
    const std::string coding = entry.substr(0, semicolon);
    const std::string parameter = entry.substr(semicolon);
    const bool refused = parameter == ";q=0" || parameter == ";q=0." || parameter == ";q=0.0" ||
                         parameter == ";q=0.00" || parameter == ";q=0.000";
    if (coding == "gzip" || coding == "x-gzip") gzip = !refused;
  }
  if (gzip && has_gzip) return Encoding::gzip;
  return Encoding::identity;
}

Reply asset(const HttpRequest& request) {
  const EmbeddedFile* file = find(request.path());
  if (file == nullptr && has_extension(request.path())) return problem_of_status(404);
  if (file == nullptr) file = find("/index.html");
  if (file == nullptr) return plain_page();

  const Encoding encoding = best_encoding(request.header("Accept-Encoding"), !file->gzip.empty());
  const std::string_view suffix = encoding == Encoding::gzip ? "-gz" : "";
  const std::string etag = '"' + std::string(file->etag) + std::string(suffix) + '"';

  Reply reply;
  reply.headers.emplace_back("ETag", etag);
  reply.headers.emplace_back("Vary", "Accept-Encoding");
  reply.headers.emplace_back("Cache-Control", file->immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (const std::string_view known = request.header("If-None-Match"); !known.empty() && lists_etag(known, etag)) {
    reply.status = 304;
    return reply;
  }
  reply.content_type = file->content_type;
  switch (encoding) {
    case Encoding::gzip:
      reply.headers.emplace_back("Content-Encoding", "gzip");
      reply.static_body = as_text(file->gzip);
      break;
    case Encoding::identity:
      reply.body = unpacked(file->identity);
      break;
  }
  return reply;
}

}  // namespace connlog::web
