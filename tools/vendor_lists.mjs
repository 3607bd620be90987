// What the pages use of the vendored packages. Add a name here, then: npm run vendor

export const ICONS = `
activity alert-circle alert-triangle archive armchair arrow-down-to-arc arrow-left arrow-right arrow-up award
badge-cc ban barrier-block bell bolt book-2 bookmark building building-community building-factory-2 bulb bus
calendar-event camera certificate chart-bar check checklist chevron-down chevron-left chevron-right chevron-up
circle-check circle-dashed circle-minus circle-plus circle-x clipboard-check clipboard-list clock coin copy
database device-desktop-analytics device-mobile dots download
ear edit external-link eye eye-check eye-off
face-id file file-certificate file-spreadsheet file-text file-zip files filter fingerprint fire-extinguisher first-aid-kit
flag gavel gift hammer hand-stop hash heartbeat helmet help-circle history home hourglass
id inbox info-circle key language layout-dashboard license link list list-check lock lock-open login logout lungs
mail map-pin maximize medal menu-2 message-2 microphone minus mood-smile movie news news-off notes
package paperclip pencil pencil-check phone phone-call photo player-pause player-play player-stop plus presentation printer progress
qrcode question-mark receipt refresh repeat report report-analytics report-money rewind-backward-10 rotate route rubber-stamp
scale scan school search send settings share shield shield-check shield-lock shield-x shopping-bag sort-ascending sort-descending
speakerphone star swords switch-horizontal
tag target-arrow template text-size thumb-up tools transfer trash trending-down trending-up trophy truck
upload user user-check user-circle user-plus user-x users users-group
video volume volume-off wallet wifi-off writing x zoom-in
`.trim().split(/\s+/);

const AT = "(-(sm|md|lg))?";
const UTILITIES = [
  `d${AT}-(none|block|inline|inline-block|flex|inline-flex|grid)`,
  `(flex|justify-content|align-items|align-content|align-self)${AT}-[a-z-]+`,
  `flex-(grow|shrink)-[01]`,
  `(m|p)[tbsexy]?${AT}-(\\d|auto)`,
  `(gap|row-gap|column-gap)-\\d`,
  `(w|h|mw|mh)-(25|50|75|100|auto|full)`,
  `text-(start|center|end|nowrap|wrap|break|reset|truncate|decoration-none)`,
  `fw-[a-z]+`,
  `fs-[1-6]`,
  `h[1-6]`,
  `lh-(1|sm|base|lg)`,
  `border(-(top|bottom|start|end|0))?`,
  `rounded(-(0|circle|pill))?`,
  `position-(relative|absolute|static|sticky|fixed)`,
  `(top|bottom|start|end)-(0|50|100)`,
  `overflow-(hidden|auto|visible)`,
  `(visually-hidden|visually-hidden-focusable|font-monospace|small|img-fluid|sticky-top|list-unstyled|list-inline|list-inline-item)`,
  `order${AT}-(first|last|\\d)`,
];
const PARTS = [
  `container(-(narrow|tight))?`,
  `row|col${AT}(-(auto|\\d+))?|g[xy]?-[0-5]|row-cols-\\d`,
  `btn|btn-(icon|sm)`,
  `form-(label|control|select|hint|check|check-input|check-label|check-inline|text|range|fieldset)|invalid-feedback|is-invalid|required`,
  `input-icon|input-icon-addon|input-group|input-group-text`,
  `card|card-(header|body|footer|title)`,
  `table|table-responsive`,
  `nav|nav-(item|link|tabs)|active|disabled|show|collapse`,
  `list-group|list-group-item`,
  `pagination|page-(item|link)`,
  `steps|steps-(counter|vertical)|step-item`,
  `spinner-border|hr|icon`,
];

export const LEARNER_CLASSES = new RegExp(`^(${[...UTILITIES, ...PARTS].join("|")})$`);
