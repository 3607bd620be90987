/** <resend-button seconds="48"><button>获取验证码</button></resend-button>: counts down, then opens. */
class ResendButton extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button");
    this.label = this.button.textContent;
    this.until = Date.now() + Number(this.getAttribute("seconds")) * 1000;
    this.timer = setInterval(() => this.show(), 500);
    this.show();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  show() {
    const left = Math.ceil((this.until - Date.now()) / 1000);
    this.button.disabled = left > 0;
    this.button.textContent = left > 0 ? `${left} 秒后重发` : this.label;
    if (left <= 0) clearInterval(this.timer);
  }
}

customElements.define("resend-button", ResendButton);
