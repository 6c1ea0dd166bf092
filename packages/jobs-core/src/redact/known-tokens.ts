import { type Span, spansOf } from './mask-spans.ts';

/**
 * Patterns of well-known tokens, after the lists of gitleaks and secretlint. Each pattern ends with a repeated
 * character class and nothing after it, so that no text can make the search backtrack: the text it has read is
 * either masked or no longer than the pattern's minimum length.
 */
const FORMS: readonly string[] = [
  // Source code and packages: GitHub, GitLab, npm, PyPI, RubyGems, Docker, Buildkite, CircleCI, Terraform.
  'gh[pousr]_[A-Za-z0-9]{20,}',
  'github_pat_[A-Za-z0-9_]{20,}',
  'gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|ffct|soat)-[\\w-]{16,}',
  'GR1348941[\\w-]{16,}',
  'npm_[A-Za-z0-9]{30,}',
  'pypi-[\\w-]{16,}',
  'rubygems_[0-9a-f]{40,}',
  'dckr_(?:pat|oat)_[\\w-]{20,}',
  'bkua_[0-9a-f]{30,}',
  'CCIPAT_[\\w-]{20,}',
  '[A-Za-z0-9]{14}\\.atlasv1\\.[\\w=-]{30,}',
  'AT(?:ATT|CTT)3[\\w=-]{20,}',
  // Clouds: AWS, Google, DigitalOcean, Azure, Cloudflare, Heroku, Fly, Vercel, Netlify, Supabase, PlanetScale.
  '(?:A3T[A-Z0-9]|AKIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])',
  'AIza[\\w-]{30,}',
  'ya29\\.[\\w-]{20,}',
  'GOCSPX-[\\w-]{20,}',
  '1\\/\\/0[\\w-]{20,}',
  'do[opr]_v1_[0-9a-f]{32,}',
  '[\\w~.-]{3}\\dQ~[\\w~.-]{31,}',
  'v1\\.0-[0-9a-f]{24}-[0-9a-f]{60,}',
  'cf(?:k|ut|at)_[\\w-]{30,}',
  'HRKU-[\\w-]{20,}',
  'fo1_[\\w-]{30,}',
  'fm[12][ar]?_[\\w+/=-]{30,}',
  'vc[apkir]_[\\w-]{20,}',
  'nf[pocub]_[A-Za-z0-9_]{30,}',
  'sb(?:p|_secret)_[\\w-]{20,}',
  'pscale_(?:tkn|pw|oauth)_[\\w.=-]{20,}',
  // Models: OpenAI, Anthropic, OpenRouter, Groq, Hugging Face, Replicate, Perplexity, xAI.
  'sk-[\\w-]{20,}',
  'gsk_[A-Za-z0-9]{30,}',
  '(?:hf|api_org)_[A-Za-z0-9]{30,}',
  'r8_[A-Za-z0-9]{30,}',
  'pplx-[A-Za-z0-9]{30,}',
  'xai-[A-Za-z0-9]{40,}',
  // Money: Stripe, Square, Razorpay, Paddle, Plaid, PayPal.
  '[sr]k_(?:live|test|prod)_[A-Za-z0-9]{8,}',
  'whsec_[A-Za-z0-9+/=]{12,}',
  'sq0[a-z]{3}-[\\w-]{16,}',
  'EAAA[\\w-]{40,}',
  'rzp_(?:live|test)_[A-Za-z0-9]{12,}',
  'pdl_(?:live|sdbx)_apikey_[\\w]{20,}',
  'access-(?:sandbox|development|production)-[0-9a-f-]{30,}',
  'access_token\\$(?:sandbox|production)\\$[\\w$]{20,}',
  // Messages: Slack, Telegram, Discord, SendGrid, Mailgun, Mailchimp, Twilio, Resend.
  'xox[abeoprs](?:\\.xox[bp])?-[\\w-]{8,}',
  'xapp-\\d-[\\w-]{8,}',
  '\\d{8,10}:AA[\\w-]{30,}',
  '[MNO][\\w-]{23,25}\\.[\\w-]{6}\\.[\\w-]{27,}',
  'SG\\.[\\w-]{16,64}\\.[\\w-]{16,}',
  'key-[0-9a-f]{32,}',
  '[0-9a-f]{32}-us\\d{1,2}',
  '(?:SK|AC)[0-9a-f]{32}(?![A-Za-z0-9])',
  're_[A-Za-z0-9]{8}_[A-Za-z0-9]{16,}',
  // Work: Shopify, Linear, Notion, Figma, Atlassian, Airtable, Postman, Sentry, Grafana, New Relic, Dropbox.
  'shp(?:at|ca|pa|ss)_[0-9a-fA-F]{16,}',
  'lin_(?:api|oauth)_[A-Za-z0-9]{20,}',
  'ntn_[A-Za-z0-9]{20,}',
  'secret_[A-Za-z0-9]{32,}',
  'fig[dou][rh]?_[\\w-]{20,}',
  'pat[A-Za-z0-9]{14}\\.[0-9a-f]{40,}',
  'PMAK-[0-9a-f]{24}-[0-9a-f]{20,}',
  'sntry[su]_[\\w+/=-]{20,}',
  'glsa_[A-Za-z0-9]{20,}(?:_[0-9a-fA-F]+)?',
  'glc_[A-Za-z0-9+/=]{20,}',
  'NR(?:AK|JS|II)-[A-Za-z0-9-]{16,}',
  'sl\\.[\\w-]{50,}',
  // Secrets themselves: Vault, Doppler, 1Password, Pulumi, Databricks, LaunchDarkly, age.
  'hv[sbr]\\.[\\w-]{20,}',
  'dp\\.(?:pt|st|sa|ct|scim|audit)\\.[\\w.-]{20,}',
  'ops_eyJ[\\w+/=-]{20,}',
  'pul-[0-9a-f]{40,}',
  'dapi[0-9a-f]{30,}',
  '(?:sdk|mob)-[0-9a-f]{8}-[0-9a-f-]{27,}',
  'AGE-SECRET-KEY-1[0-9A-Z]{40,}',
];

/** Matches where a token can begin: at the start of a word, or after an escape of JSON or a URL. */
const BEGINNING = '(?:(?<![A-Za-z0-9])|(?<=\\\\[nrtbf])|(?<=%[0-9A-Fa-f]{2}))';
const TOKEN = new RegExp(`${BEGINNING}(?:${FORMS.join('|')})`, 'g');
/** Matches a JWT; tried only where a word of its characters begins, so each character is read once. */
const JWT =
  /(?:(?<![\w-])|(?<=\\[nrtbf])|(?<=%[0-9A-Fa-f]{2}))eyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*){0,3}/g;
/** Matches addresses of webhooks: the part after the slash is the secret, and is enough for access. */
const WEBHOOK =
  /(?:hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/|discord(?:app)?\.com\/api\/(?:v\d{1,2}\/)?webhooks\/|\.webhook\.office\.com\/|outlook\.office(?:365)?\.com\/webhook\/|api\.telegram\.org\/bot|hooks\.zapier\.com\/hooks\/|maker\.ifttt\.com\/|hook\.(?:[a-z0-9]{1,6}\.)?make\.com\/|events\.pagerduty\.com\/integration\/|logic\.azure\.com(?::\d{1,5})?\/workflows\/|open\.feishu\.cn\/open-apis\/bot\/|qyapi\.weixin\.qq\.com\/cgi-bin\/webhook\/)([^\s"'<>\\]+)/gi;

/** Finds tokens of a well-known form, and the addresses of webhooks. */
export function knownTokens(text: string): Span[] {
  return [TOKEN, JWT, WEBHOOK].flatMap((pattern) => spansOf(text, pattern));
}
