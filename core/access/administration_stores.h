// The stores behind the administration, as storage/ hands them out.
#pragma once

namespace connlog {

class LimitStore;
class ApiKeyStore;
class BreakGlassStore;
class AccessReviewStore;
class ApplianceDirectory;

struct AdministrationStores {
  LimitStore& limits;
  ApiKeyStore& api_keys;
  BreakGlassStore& break_glass;
  AccessReviewStore& reviews;
  ApplianceDirectory& directory;
};

}  // namespace connlog
