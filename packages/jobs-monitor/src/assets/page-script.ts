// Made from `client/main.ts` by `pnpm run assets`; do not edit.
// biome-ignore-all format: it is one text
// biome-ignore-all lint: it is one text
import type { Asset } from './asset.ts';

/** Holds what was made from `client/main.ts`. */
export const pageScript: Asset = {
  name: 'page-62d8063f34.js',
  body: `var Y={overview:"Overview",jobs:"Jobs",job:"Job",enqueue:"Enqueue",failures:"Failures",schedules:"Schedules",workers:"Workers",metrics:"Metrics"};function et(e){if(e.page==="job")return\`\${e.data.name} \${e.data.id} · Jobs\`;let t=e.page==="overview"?e.data.health.problems:[];return\`\${t.length>0?\`(\${t.length}) \`:""}\${Y[e.page]} · Jobs\`}var x,nt,Bo,J,je,de,rt,ae,it,Re,Pe,Wo,ee=Symbol.for("pv"),ue={},ce=[],Qo=/^m(i|n|o|s|text|space)$/,Ee=Array.isArray,Oe=ce.slice,H=Object.assign;function Q(e){e&&e.parentNode&&e.remove()}function at(e,t,o){var n,r,i,a={},s=arguments.length;for(i in t)i=="key"?n=t[i]:i=="ref"&&typeof e!="function"?r=t[i]:a[i]=t[i];return s>2&&(a.children=s>3?Oe.call(arguments,2):o),X(e,a,n,r,null)}function X(e,t,o,n,r){var i={type:e,props:t,key:o,ref:n,__k:null,__:null,__b:0,__e:null,__c:null,constructor:ee,__v:r||++nt,__i:-1,__u:0};return!r&&x.vnode&&x.vnode(i),i}function te(e){return e.children}function se(e,t){this.props=e,this.context=t,this.__g=0}function M(e,t){if(t==null)return e.__&&M(e.__,e.__i+1);for(var o;t<e.__k.length;t++)if((o=e.__k[t])&&o.__e)return o.__e;return typeof e.type!="function"||e.props.__P?null:M(e)}function Ho(e){var t,o=e.__v,n=o.__e,r=[],i=[],a=e.__P;a&&((t=H({constructor:ee},o)).__v=o.__v+1,x.vnode&&x.vnode(t),qe(a,t,o,e.__n,a.namespaceURI,32&o.__u?[n]:null,r,n||M(o),32&o.__u,i),t.__v=o.__v,t.__.__k[t.__i]=t,mt(r,t,i),o.__=o.__e=null,t.__e!=n&&st(t))}function st(e){if((e=e.__)&&e.__c&&!e.props.__P)return e.__e=null,e.__k.some(function(t){return t&&(e.__e=t.__e)}),st(e)}function tt(e){(8&e.__g||(e.__g|=8,J.push(e),de++))&&je==x.debounceRendering||((je=x.debounceRendering)||queueMicrotask)(lt)}function lt(){try{for(var e,t=1;J.length;)J.length>t&&J.sort(rt),e=J.shift(),t=J.length,8&e.__g&&Ho(e)}finally{(de=J.length)&&(je||queueMicrotask)(lt)}}function dt(e,t,o,n,r,i,a,s,d,m,c){var g,h,u,b,T,_,v=n.__k||ce,$=t.length;for(d=Uo(o,t,v,d,$),g=0;g<$;g++)(u=o.__k[g])!=null&&(h=~u.__i&&v[u.__i]||ue,u.__i=g,_=qe(e,u,h,r,i,a,s,d,m,c),b=u.__e,(h.ref!=u.ref||8&h.__u)&&(h.ref&&Je(h.ref,null,u,h),u.ref&&c.push(u.ref,u.__c||b,u)),T=T||b,4&u.__u?(d=ut(u,d,e,!h.__v),h.__e&&(h.__e=null)):typeof u.type=="function"&&_!==void 0?d=_:b&&(d=b.nextSibling),u.__u&=-21);return o.__e=T,d}function Uo(e,t,o,n,r){var i,a,s,d,m,c,g,h,u,b=o.length,T=b,_=0,v=0,$=e.__k=Array(r);for(i=0;i<r;i++)(a=t[i])!=null&&typeof a!="boolean"&&typeof a!="function"?(typeof a!="object"||a.constructor===String?a=$[i]=X(null,a):Ee(a)?a=$[i]=X(te,{children:a}):a.constructor===ee&&a.__b?a=$[i]=X(a.type,a.props,a.key,a.ref,a.__v):$[i]=a,d=i+_,a.__=e,a.__b=e.__b+1,s=null,~(m=a.__i=Go(a,o,d,T))&&(T--,(s=o[m])&&(s.__u|=2)),s&&s.__v?(a.__u|=16,m==d-1?_--:m==d+1?_++:m!=d&&(m>d?_--:_++,v=1)):(~m||(r>b?_--:r<b&&_++),typeof a.type!="function"&&(a.__u|=4))):$[i]=null;if(v){for(c=[],g=[],i=0;i<r;i++)if((a=$[i])&&16&a.__u){for(_=0,h=c.length;_<h;)c[u=_+h>>1]<a.__i?_=u+1:h=u;c[_]=a.__i,g[i]=_+1}for(_=c.length;i--;)g[i]&&(g[i]==_?_--:$[i].__u|=4)}if(T)for(i=0;i<b;i++)!(s=o[i])||2&s.__u||(s.__e==n&&(n=M(s)),Me(s,s));return n}function ut(e,t,o,n){var r,i,a,s;if(typeof e.type=="function"){if(e.props.__P)return t;if(r=e.__k)for(i=0;i<r.length;i++)r[i]&&(r[i].__=e,t=ut(r[i],t,o,!1));return t}for(t&&!t.parentNode&&(t=M(e))&&!t.parentNode&&(t=null),a=e.__e,s=t;s&&s.nodeType==8;)s=s.nextSibling;for(a!=s&&(!n&&o.moveBefore&&a.parentNode?o.moveBefore(a,t):o.insertBefore(a,t||null)),t=a;(t=t&&t.nextSibling)&&t.nodeType==8&&!t.data.startsWith("$s"););return t}function Go(e,t,o,n){var r,i=e.key,a=e.type,s=t[o],d=s&&!(2&s.__u);if(s===null&&i==null||d&&i==s.key&&a==s.type)return o;if(n>(d?1:0)){for(r=o-1;r>=0;r--)if((s=t[r])&&!(2&s.__u)&&i==s.key&&a==s.type)return r;for(r=o+1;r<t.length;r++)if((s=t[r])&&!(2&s.__u)&&i==s.key&&a==s.type)return r}return-1}function ot(e,t,o){o==null&&(o=""),t[0]=="-"?e.setProperty(t,o):e[t]=o}function ie(e,t,o,n,r){var i,a;if(t=="style")if(typeof o=="string")e.style.cssText=o;else{if(typeof n=="string"&&(e.style.cssText=n=""),n)for(t in n)o&&t in o||ot(e.style,t);if(o)for(t in o)n&&o[t]==n[t]||ot(e.style,t,o[t])}else if(t[0]=="o"&&t[1]=="n")typeof o!="function"&&(o=null),typeof n!="function"&&(n=null),(e.__e||(e.__e={}))[t]=o,o&&n||(a=Pe[t]||(Pe[t]=Zo(t)),(e.__a||(e.__a={}))[t]=Re,i=t!=(t=t.replace(it,"$1")),(t=t.slice(2))[0]<"a"&&(t=t.toLowerCase()),o?e.addEventListener(t,a,i):e.removeEventListener(t,a,i));else{if(r=="http://www.w3.org/2000/svg")t=t.replace(/xlink(H|:h)/,"h").replace(/sName$/,"s");else if(t!="width"&&t!="height"&&t!="href"&&t!="list"&&t!="form"&&t!="tabIndex"&&t!="download"&&t!="rowSpan"&&t!="colSpan"&&t!="role"&&t!="popover"&&t in e)try{return void(e[t]=o??"")}catch{}if(typeof o=="function")return;o==null||o===!1&&t[4]!="-"?e.removeAttribute(t):e.setAttribute(t,t=="popover"&&o==1?"":o)}}function Zo(e){return function(t){var o=this.__e;if(o){if(o=o[e],t[ae]==null)t[ae]=Re++;else if(t[ae]<this.__a[e])return;return o(x.event?x.event(t):t)}}}function qe(e,t,o,n,r,i,a,s,d,m){var c,g,h,u,b,T,_,v,$,S,C,De,Ye,re,B,Xe,q,W,O=t.type;if(t.constructor!==ee)return null;128&o.__u&&(d=32&o.__u,c=o.__c.__z)&&(t.__u|=d,g=i=[],c.nodeType==8?s=le(c,i):i.push(c),s=i[0]||s),(c=x.__b)&&c(t);e:if(typeof O=="function"){h=a.length;try{if(v=t.props,$=(c=O.prototype)&&c.render,S=(c=O.contextType)&&n[c.__c],C=c?S?S.props.value:c.__:n,(u=o.__c)?(t.__c=u,2&u.__g&&(u.__g|=1)):($?t.__c=u=new O(v,C):(t.__c=u=new se(v,C),u.constructor=O,u.render=zo),S&&S.sub(u),u.state||(u.state={}),u.__n=n,u.__g|=8,u.__h=[],u.__k=[]),$&&(u.__s||(u.__s=u.state),O.getDerivedStateFromProps&&(u.__s==u.state&&(u.__s=H({},u.__s)),H(u.__s,O.getDerivedStateFromProps(v,u.__s)))),b=u.props,T=u.state,u.__v=t,o.__c){if(v!==b&&$&&!O.getDerivedStateFromProps&&u.componentWillReceiveProps&&u.componentWillReceiveProps(v,C),t.__v==o.__v&&!(8&u.__g)||!(4&u.__g)&&u.shouldComponentUpdate&&u.shouldComponentUpdate(v,u.__s,C)===!1){t.__v!=o.__v&&(u.props=v,u.state=u.__s,u.__g&=-9),t.__e=o.__e,t.__k=o.__k,t.__k.some(function(D){D&&(D.__=t)}),ce.push.apply(u.__h,u.__k),u.__k=[],u.__h.length&&a.push(u),s=M(o);break e}u.componentWillUpdate&&u.componentWillUpdate(v,u.__s,C),$&&u.componentDidUpdate&&u.__h.push(function(){u.componentDidUpdate(b,T,_)})}else $&&!O.getDerivedStateFromProps&&u.componentWillMount&&u.componentWillMount(),$&&u.componentDidMount&&u.__h.push(u.componentDidMount);u.context=C,u.props=v,u.__P=e,u.__g&=-5,De=x.__r,Ye=$?25:0;do u.__g&=-9,De&&De(t),c=u.render(u.props,u.state=u.__s,u.context);while(8&u.__g&&++Ye<25);$&&(ce.push.apply(u.__h,u.__k),u.__k=[]),u.state=u.__s,u.getChildContext&&(n=H({},n,u.getChildContext())),$&&o.__c&&u.getSnapshotBeforeUpdate&&(_=u.getSnapshotBeforeUpdate(b,T)),re=c&&c.type===te&&c.key==null?c.props.children:c,v.__P&&(c=s,r=(e=v.__P).namespaceURI,d=i=null,o.props&&o.props.__P!=e&&(o.__k.some(function(D){D&&Me(D,D)}),o.__k=null),s=o.__k?M(o,0):null),s=dt(e,Ee(re)?re:[re],t,o,n,r,i,a,s,d,m),v.__P&&(t.__e=null,s=c),t.__u&=-161,g&&g.some(Q),u.__h.length&&a.push(u),1&u.__g&&(u.__g&=-4)}catch(D){if(a.length=h,t.__v=null,d||i)if(D&&D.then){if(t.__u|=128|d,i){for(~(q=i.indexOf(s||void 0))||(q=i.length);(W=i[q-1])&&W.nodeType==8;)q--;for(;q<i.length;q++)if(W=i[q])if(i[q]=null,B){if(W==Xe)break}else{if(W.nodeType!=8)break;W.data.startsWith("$s")&&(Xe=le(B=W))}}if(!B){for(;s&&s.nodeType==8&&s.nextSibling;)s=s.nextSibling;B=s}(c=le(B=t.__c.__z||(t.__c.__z=B)))?(t.__e=B,s=c):t.__e=s,s=s&&s.nextSibling}else i&&i.some(Q);else t.__e=o.__e;t.__k||(t.__k=o.__k||[]),D&&D.then||ct(t),x.__e(D,t,o)}}else s=t.__e=Ko(o.__e,t,o,n,r,i,a,d,m,e);return(c=x.diffed)&&c(t),s}function le(e,t){if(e&&e.nodeType==8&&e.data.startsWith("$s"))for(var o=1;e=e.nextSibling;){if(e.nodeType==8){if(e.data.startsWith("$s"))o++;else if(e.data.startsWith("/$s")&&!--o)return e}t&&t.push(e)}}function ct(e){e&&(e.__c&&(e.__c.__g|=4),e.__k&&e.__k.some(ct))}function mt(e,t,o){for(var n=0;n<o.length;)Je(o[n++],o[n++],o[n++]);x.__c&&x.__c(t,e),e.some(function(r){try{e=r.__h,r.__h=[],e.some(function(i){i.call(r)})}catch(i){x.__e(i,r.__v)}})}function Ko(e,t,o,n,r,i,a,s,d,m){var c,g,h,u,b,T,_,v,$=o.props||ue,S=t.props,C=t.type;if(C=="svg"?r="http://www.w3.org/2000/svg":C=="math"?r="http://www.w3.org/1998/Math/MathML":r||(r="http://www.w3.org/1999/xhtml"),i){for(c=0;c<i.length;c++)if((b=i[c])&&(C?b.localName==C:b.nodeType==3)){e=b,i[c]=null;break}}if(!e){if(v=m.ownerDocument||document,!C)return v.createTextNode(S);e=v.createElementNS(r,C,S.is?S:m),s&&(x.__m&&x.__m(t,i),s=!1),i=null}if(C){if(m=C=="template"&&e.content||e,i=C=="textarea"&&S.defaultValue!=null?null:i&&Oe.call(m.childNodes),!s&&i)for($={},c=0;c<e.attributes.length;c++)$[(b=e.attributes[c]).name]=b.value;for(c in $)b=$[c],c=="dangerouslySetInnerHTML"?h=b:c=="children"||c in S||c=="value"&&"defaultValue"in S||c=="checked"&&"defaultChecked"in S||ie(e,c,null,b,r);for(c in S)b=S[c],c=="children"?u=b:c=="dangerouslySetInnerHTML"?g=b:c=="value"?T=b:c=="checked"?_=b:s&&typeof b!="function"||$[c]===b||ie(e,c,b,$[c],r);g?(s||h&&(g.__html==h.__html||g.__html==e.innerHTML)||(e.innerHTML=g.__html),t.__k=[]):(h&&(e.textContent=""),(C=="foreignObject"||r=="http://www.w3.org/1998/Math/MathML"&&Qo.test(C))&&(r="http://www.w3.org/1999/xhtml"),dt(m,Ee(u)?u:[u],t,o,n,r,i,a,i?i[0]:o.__k&&M(o,0),s,d),i&&i.some(Q)),s&&C!="textarea"||(c="value",C=="progress"&&T==null?e.removeAttribute(c):T==null||T===e[c]&&(C!="progress"||T)||ie(e,c,T,$[c],r),c="checked",_!=null&&_!=e[c]&&ie(e,c,_,$[c],r))}else $===S||s&&e.data==S||(e.data=S);return e}function Je(e,t,o,n){try{typeof e=="function"?t?t.__x=e(t)||1:n&&(n=n.__c||n.__e)&&(t=n.__x)&&(n.__x=null,typeof t=="function"?t():e(null)):e.current=t}catch(r){x.__e(r,o)}}function Me(e,t,o){var n,r,i,a;if(x.unmount&&x.unmount(e),!(n=e.ref)||n.current&&n.current!=e.__e||Je(n,null,t,e),n=e.__c){if(n.componentWillUnmount)try{n.componentWillUnmount()}catch(s){x.__e(s,t)}n.__P=n.__n=null}if(n=e.__k)for(a=0;a<n.length;a++)n[a]&&Me(n[a],t,typeof e.type!="function"||o&&!e.props.__P);!o&&(n=e.__c)&&(n=n.__z)&&(r=le(n,i=[]))&&(n==e.__e&&i.some(Q),Q(r),Q(n)),o||Q(e.__e),e.__e=e.__c=e.__=null}function zo(e,t,o){return this.constructor(e,o)}function Fe(e,t){var o,n,r,i;x.__&&x.__(e,t),t.nodeType==9&&(t=t.documentElement),n=(o=e&&32&e.__u)?null:t.__k,t.__k=X(te,{children:[e]}),r=[],i=[],qe(t,t.__k,n||ue,ue,t.namespaceURI,n?null:t.firstChild?Oe.call(t.childNodes):null,r,n?n.__e:t.firstChild,o,i),mt(r,t.__k,i),t.__k.props.children=null}function pt(e,t){e&&typeof e=="object"&&(e.__u|=32),Fe(e,t)}x={__e:function(e,t,o,n){for(var r,i,a;t=t.__;)if((r=t.__c)&&!(1&r.__g)){r.__g|=4;try{if((a=(i=r.constructor)&&i.getDerivedStateFromError)&&r.setState(i.getDerivedStateFromError(e)),r.componentDidCatch&&(r.componentDidCatch(e,n||{}),a=1),a&&8&r.__g)return void(r.__g|=2)}catch(s){e=s}}throw de=0,e}},nt=0,Bo=function(e){return e!=null&&e.constructor===ee},se.prototype.setState=function(e,t){var o=this.__s;o&&o!=this.state||(o=this.__s=H({},this.state)),typeof e=="function"&&(e=e(H({},o),this.props)),e&&(H(o,e),this.__v&&(t&&this.__k.push(t),tt(this)))},se.prototype.forceUpdate=function(e){this.__v&&(this.__g|=4,e&&this.__h.push(e),tt(this))},se.prototype.render=te,J=[],de=0,rt=function(e,t){return e.__v.__b-t.__v.__b},ae=Symbol(),it=/(PointerCapture)$|Capture$/i,Re=0,Pe={},Wo=0;function ft({data:e}){return"away"in e?e.away.length:0}var gt=function(e,t,o,n){var r;t[0]=0;for(var i=1;i<t.length;i++){var a=t[i++],s=t[i]?(t[0]|=a?1:2,o[t[i++]]):t[++i];a===3?n[0]=s:a===4?n[1]=Object.assign(n[1]||{},s):a===5?(n[1]=n[1]||{})[t[++i]]=s:a===6?n[1][t[++i]]+=s+"":a?(r=e.apply(s,gt(e,s,o,["",null])),n.push(r),s[0]?t[0]|=2:(t[i-2]=0,t[i]=r)):n.push(s)}return n},ht=new Map;function yt(e){var t=ht.get(this);return t||(t=new Map,ht.set(this,t)),(t=gt(this,t.get(e)||(t.set(e,t=(function(o){for(var n,r,i=1,a="",s="",d=[0],m=function(h){i===1&&(h||(a=a.replace(/^\\s*\\n\\s*|\\s*\\n\\s*$/g,"")))?d.push(0,h,a):i===3&&(h||a)?(d.push(3,h,a),i=2):i===2&&a==="..."&&h?d.push(4,h,0):i===2&&a&&!h?d.push(5,0,!0,a):i>=5&&((a||!h&&i===5)&&(d.push(i,0,a,r),i=6),h&&(d.push(i,h,0,r),i=6)),a=""},c=0;c<o.length;c++){c&&(i===1&&m(),m(c));for(var g=0;g<o[c].length;g++)n=o[c][g],i===1?n==="<"?(m(),d=[d],i=3):a+=n:i===4?a==="--"&&n===">"?(i=1,a=""):a=n+a[0]:s?n===s?s="":a+=n:n==='"'||n==="'"?s=n:n===">"?(m(),i=1):i&&(n==="="?(i=5,r=a,a=""):n==="/"&&(i<5||o[c][g+1]===">")?(m(),i===3&&(d=d[0]),i=d,(d=d[0]).push(2,0,i),i=0):n===" "||n==="	"||n===\`
\`||n==="\\r"?(m(),i=2):a+=n),i===3&&a==="!--"&&(i=4,d=d[0])}return m(),d})(e)),t),arguments,[])).length>1?t:t[0]}var Yo=yt.bind(at),l=Yo;var Xo={retry:"retry",promote:"retry",rerun:"enqueue",update:"enqueue","retry-matching":"retry","promote-matching":"retry","acknowledge-matching":"retry","cancel-matching":"cancel",cancel:"cancel",remove:"remove","remove-matching":"remove",enqueue:"enqueue",duplicate:"enqueue",edit:"enqueue",pause:"pause",resume:"pause","pause-jobs":"pause","resume-jobs":"pause",clear:"remove","quiet-worker":"workers","stop-worker":"workers",trigger:"schedule","pause-schedule":"schedule","resume-schedule":"schedule",backfill:"schedule","remove-schedule":"schedule",reveal:"reveal"};function E({can:e},t){return t==="select"||e.includes(Xo[t])}function y(e,t,o,n,r="plain"){if(E(e,t.do))return l\`<button
    type="button"
    class="act \${r}"
    aria-label=\${\`\${o} \${n}\`.trim()}
    onClick=\${e.on(t)}
  >\${o}</button>\`}function p(e,t,o={},n){if(e===void 0)return;let r=Object.entries(o).filter(([,d])=>d!==void 0&&d!==""),i=new URLSearchParams(r.map(([d,m])=>[d,String(m)])).toString(),a=t==="overview"?e:\`\${e}-/\${t}\`,s=n===void 0?"":\`#\${encodeURIComponent(n)}\`;return\`\${a}\${i===""?"":\`?\${i}\`}\${s}\`}var Ae="enqueue-form";function bt(e,{jobs:t,form:o}){let n=t.filter(({names:r})=>r.length>0);return l\`<main id="main">
    <header class="title"><h1>Enqueue \${o===void 0?"a job":l\`<bdi>\${o.name}</bdi> <small>in <bdi>\${o.queue}</bdi></small>\`}</h1></header>
    \${n.length===0&&l\`<p class="notice">This process knows no jobs. Give its queues their definitions (<code>jobs</code>), in <code>jobs.config.ts</code> for <code>philjs-jobs dashboard</code>.</p>\`}
    \${!E(e,"enqueue")&&l\`<p class="notice">You have not the permission <code>enqueue</code>.</p>\`}
    \${o&&E(e,"enqueue")&&en(e,o)}
    \${n.map(({queue:r,names:i})=>l\`<section class="card" key=\${r}>
        <h2>Jobs of <bdi>\${r}</bdi></h2>
        <ul class="plain">\${i.map(a=>l\`<li key=\${a}><a href=\${p(e.root,"enqueue",{queue:r,name:a})} aria-current=\${o?.name===a&&o.queue===r?"page":void 0}><bdi>\${a}</bdi></a></li>\`)}</ul>
      </section>\`)}
  </main>\`}function en(e,{queue:t,name:o,fields:n,example:r}){let i=e.on({do:"enqueue",queue:t,name:o}),a=s=>{s.preventDefault(),i?.()};return l\`<form id=\${Ae} class="card enqueue" key=\${\`\${t} \${o}\`} onSubmit=\${i&&a}>
    <h2>Payload</h2>
    \${n&&l\`<p class="field"><label><input type="checkbox" name="raw" value="yes" /> Write it as JSON</label></p>\`}
    \${n&&l\`<div class="fields">\${n.map(on)}</div>\`}
    <p class="field raw">
      <label for="field-payload">Payload as JSON\${n===void 0&&" (its schema does not say which fields there are)"}</label>
      <textarea id="field-payload" name="payload" rows="10" spellcheck=\${!1} defaultValue=\${r}></textarea>
    </p>
    <details>
      <summary><h2>Options</h2></summary>
      \${tn.map(([s,d,m])=>l\`<p class="field" key=\${s}>
          <label for=\${\`option-\${s}\`}>\${d}</label>
          <input id=\${\`option-\${s}\`} name=\${\`option:\${s}\`} autocomplete="off" placeholder=\${m} />
        </p>\`)}
    </details>
    <p class="buttons"><button type="submit" class="act main">Enqueue</button></p>
  </form>\`}var tn=[["priority","Priority (higher runs first)","0"],["delay","Delay","30s, 5m, 2h"],["timeout","How long an attempt may take","as its definition says"],["tags","Tags, separated by commas","billing, urgent"],["id","Id","a new one"]];function on({name:e,label:t,kind:o,required:n,hint:r,value:i="",choices:a}){let s=\`field-\${e}\`,d={id:s,name:\`field:\${e}\`,"data-kind":o,required:n};return l\`<p class="field" key=\${e}>
    <label for=\${s}>\${t}\${!n&&l\` <small>optional</small>\`}</label>
    \${nn(o,d,i,a)}
    \${r!==void 0&&l\`<small>\${r}</small>\`}
  </p>\`}function nn(e,t,o,n=["true","false"]){if(e==="json")return l\`<textarea ...\${t} rows="3" spellcheck=\${!1} defaultValue=\${o}></textarea>\`;if(e==="text"||e==="number"){let r=e==="number"?"decimal":void 0;return l\`<input ...\${t} required=\${e==="number"&&t.required} inputmode=\${r} defaultValue=\${o} />\`}return l\`<select ...\${t}>
    \${!t.required&&l\`<option value=""></option>\`}
    \${n.map(r=>l\`<option key=\${r} value=\${r} selected=\${r===o}>\${rn(r)}</option>\`)}
  </select>\`}function rn(e){return e.startsWith('"')?JSON.parse(e):e}function f(e){return String(Math.round(e)).replace(/\\B(?=(\\d{3})+$)/g,",")}function me(e){let t=e*100,o=t>0&&t<10?1:0;return\`\${Number(t.toFixed(o))} %\`}function P(e){return e>=100?f(e):String(Number(e.toFixed(1)))}function k(e,t,o=\`\${t}s\`){return\`\${f(e)} \${e===1?t:o}\`}var $t=[["d",864e5],["h",36e5],["min",6e4],["s",1e3]];function pe(e){return Math.max(...e)>=1e3?e.map(w).join(" · "):\`\${e.map(n=>n>0&&n<1?"<1":String(Math.round(n))).join(" · ")} ms\`}function w(e){if(e<1)return e<=0?"0 ms":"< 1 ms";if(e<1e3)return\`\${Math.round(e)} ms\`;if(e<9950)return\`\${Number((e/1e3).toFixed(1))} s\`;if(e<59500)return\`\${Math.round(e/1e3)} s\`;for(let[t,[o,n]]of $t.entries()){if(e<n)continue;let[r,i]=$t[t+1]??["ms",1],a=Math.floor(e/n),s=Math.floor((e-a*n)/i);return s===0||a>=10?\`\${a} \${o}\`:\`\${a} \${o} \${s} \${r}\`}return\`\${Math.round(e/1e3)} s\`}function Le(e,t){let o=Math.abs(t-e);if(o<1e3)return"now";let[n=""]=/^\\S+ \\S+/.exec(w(Math.round(o/1e3)*1e3))??[];return e<=t?\`\${n} ago\`:\`in \${n}\`}function N(e,t,o){let n=new Date(e).toISOString();return l\`<time datetime=\${n} title=\${G(e,o)}>\${Le(e,t)}</time>\`}function G(e,t="UTC"){return new Intl.DateTimeFormat("en-GB",{timeZone:t,day:"numeric",month:"short",year:"numeric",hour:"2-digit",minute:"2-digit",second:"2-digit",timeZoneName:"short"}).format(e)}function U(e,t="UTC"){return new Intl.DateTimeFormat("en-GB",{timeZone:t,weekday:"short",day:"numeric",month:"short",hour:"2-digit",minute:"2-digit"}).format(e)}function fe(e,t="UTC"){return new Intl.DateTimeFormat("en-GB",{timeZone:t,hour:"2-digit",minute:"2-digit",second:"2-digit",fractionalSecondDigits:3}).format(e)}function j({now:e},t){return t.map(({queue:o,at:n})=>l\`<p class="notice bad" key=\${o}>
      The store of <code><bdi>\${o}</bdi></code> does not answer\${n!==void 0&&l\`, last known \${N(n,e)}\`}. What is shown is of the others.
    </p>\`)}function F(e,t){if(t.length===0)return\`No \${e}.\`;let o=t.map(({queue:n})=>n).join(", ");return\`No \${e} in the queues that answer; \${o} cannot be read.\`}function A(e){return l\`<bdi class="short" title=\${e.length>20?e:void 0}>\${e}</bdi>\`}function Z(e,{chosen:t,counts:o,query:n={}}){if(e.queues.length<2)return;let r=(i,a,s)=>l\`<a
    key=\${a}
    href=\${p(e.root,e.page,{...n,queue:i})}
    aria-current=\${i===t?"true":void 0}
  >\${A(a)}\${s!==void 0&&l\` <small>\${f(s)}</small>\`}</a>\`;return l\`<nav class="choice" aria-label="Queue">
    \${r(void 0,"all queues")}
    \${e.queues.map(i=>r(i,i,o?.[i]))}
  </nav>\`}function he(e,t,o){let{cursor:n,total:r,exact:i=!1}=t,a=Math.min(t.before+t.scanned,r),s=t.before>0;if(n===void 0&&!s)return;let d=s&&l\`<a href=\${p(e.root,e.page,o)}>Back to the newest</a>\`,m=n!==void 0&&l\`<a href=\${p(e.root,e.page,{...o,cursor:n,scanned:t.before+t.scanned})}>\${i?"Older":"Continue"}</a>\`;return l\`<p class="scan">
    <span>\${i?\`\${f(t.before+1)} to\`:"Scanned"} \${f(a)} of \${f(r)}</span> \${m} \${d}
  </p>\`}function wt(e){return e.length>24?\`\${e.slice(0,10)}…\`:e}function V({caption:e,columns:t,rows:o,key:n,empty:r}){return o.length===0?l\`<p class="empty">\${r}</p>\`:l\`<table role="table">
    <caption class="quiet">\${e}</caption>
    <thead role="rowgroup"><tr role="row">\${t.map(an)}</tr></thead>
    <tbody role="rowgroup">\${o.map(i=>l\`<tr role="row" key=\${n(i)}>\${t.map(a=>sn(a,i))}</tr>\`)}</tbody>
  </table>\`}function an({label:e,numeric:t,quiet:o,kind:n=""}){let r=o?l\`<span class="quiet">\${e}</span>\`:e;return l\`<th role="columnheader" scope="col" class=\${\`\${t?"num ":""}\${n}\`.trim()}>\${r}</th>\`}function sn({label:e,numeric:t,quiet:o,kind:n="",cell:r},i){let a=\`\${t?"num ":""}\${n}\`.trim();return l\`<td role="cell" class=\${a} data-label=\${o?"":e}>\${r(i)}</td>\`}function ge(e,t,{empty:o="No failed jobs.",isShort:n=!1}={}){let{root:r,now:i}=e,a={label:"First",numeric:!0,cell:({firstAt:d})=>N(d,i)},s={label:"Sample",cell:({queue:d,sampleId:m})=>l\`<a class="id short" title=\${m} href=\${p(r,"job",{queue:d,id:m})}>\${wt(m)}</a>\`};return V({caption:"Failures by cause",rows:t,key:({queue:d,key:m})=>\`\${d} \${m}\`,empty:o,columns:[{label:"Cause",kind:"cause",cell:d=>un(e,d)},...e.queues.length>1?[ln(e)]:[],{label:"Jobs",numeric:!0,cell:dn},...n?[]:[a],{label:"Last",numeric:!0,cell:({lastAt:d})=>N(d,i)},...n?[]:[s],{label:"Actions",quiet:!0,kind:"actions",cell:d=>cn(e,d)}]})}function ln({root:e}){return{label:"Queue",cell:({queue:t})=>l\`<a href=\${p(e,"failures",{queue:t})}>\${A(t)}</a>\`}}function dn({count:e,unattended:t}){if(t===e)return f(e);let o=t===0?"known":\`\${f(e-t)} known\`;return l\`<span>\${f(e)} <small>\${o}</small></span>\`}function un({root:e},{queue:t,key:o,name:n,errorName:r,code:i,message:a}){return l\`<span>
    <a href=\${p(e,"jobs",{queue:t,q:_t(o)})}><b><bdi>\${n}</bdi></b></a>\${" "}
    <span class="error clamp"><bdi>\${i??r}: \${a===""?"no message":a}</bdi></span>
  </span>\`}function cn(e,{queue:t,key:o,name:n,count:r,unattended:i}){let a={queues:[t],search:_t(o)},s=\`the \${f(r)} jobs \${n} of this cause\`;return l\`<span class="buttons">
    \${y(e,{do:"retry-matching",...a},"Retry",s)}
    \${i>0&&y(e,{do:"acknowledge-matching",...a},"Acknowledge",s)}
    \${y(e,{do:"remove-matching",...a},"Remove",s,"danger")}
  </span>\`}function _t(e){return\`status:failed group:\${e}\`}function vt(e,t){let{queue:o,groups:n,total:r,counts:i,away:a}=t,s={queues:Object.keys(i),search:"status:failed"},d=\`\${f(r)} failed jobs of \${o??"all queues"}\`;return l\`<main id="main">
    <header class="title">
      <h1>Failures <small>\${f(r)} in <bdi>\${o??"all queues"}</bdi></small></h1>
      \${Z(e,{chosen:o,counts:i})}
      \${r>0&&y(e,{do:"retry-matching",...s},"Retry all",d)}
      \${r>0&&y(e,{do:"acknowledge-matching",...s},"Acknowledge all",d)}
    </header>
    \${j(e,a)}
    <section class="card">
      \${ge(e,n,{empty:F("failed jobs",a)})}
      \${he(e,t,{queue:o})}
      \${o===void 0&&t.scanned<r&&l\`<p class="more">The latest \${f(t.scanned)} of \${f(r)} were looked at; choose a queue to go on.</p>\`}
    </section>
  </main>\`}function L(e){return l\`<span class="badge \${e}">\${e}</span>\`}function ye({root:e},t=[],o=t.length){if(t.length===0)return;let n=t.slice(0,o),r=t.length-n.length;return l\`<span class="tags">\${n.map(i=>l\`<a key=\${i} class="tag" href=\${p(e,"jobs",{q:mn(i)})}><bdi>\${i}</bdi></a> \`)}\${r>0&&l\`<small>and \${r} more</small>\`}</span>\`}function mn(e){return/^[^\\s"\\\\]+$/.test(e)?\`tag:\${e}\`:\`tag:"\${e.replace(/["\\\\]/g,"\\\\$&")}"\`}function kt({timeZone:e},{attempts:t,logTotal:o}){if(t.length===0)return;let n=t.reduce((r,{lines:i})=>r+i.length,0);return l\`<section class="card">
    <h2>Attempts \${n<o&&l\`<small>last \${n} of \${f(o)} log lines</small>\`}</h2>
    \${t.map(r=>pn(r,e))}
  </section>\`}function pn(e,t){let{attempt:o,error:n,lines:r,wasRepeated:i}=e;return l\`<section class="attempt" key=\${o}>
    <h3>Attempt \${o} \${fn(e,t)}</h3>
    \${n&&Ie(n)}
    \${i&&l\`<p class="note">Failed, and was repeated. Its error is not kept, or too long for this page.</p>\`}
    \${r.length>0&&l\`<ol class="log" tabindex="0" aria-label=\${\`Log of attempt \${o}\`}>\${r.map(({at:a,message:s},d)=>l\`<li key=\${d}>
        <time datetime=\${new Date(a).toISOString()} title=\${G(a,t)}>\${fe(a,t)}</time>
        <span>\${s}</span>
      </li>\`)}</ol>\`}
  </section>\`}function fn({failedAt:e,ranMs:t,worker:o,state:n},r){let i=o!==void 0&&l\` on <bdi>\${o}</bdi>\`;if(e!==void 0)return l\`<small>failed \${G(e,r)}, after \${w(t??0)}\${i}</small>\`;if(n==="active")return l\`<small>runs\${i}</small>\`;if(n==="completed")return l\`<small>completed\${t!==void 0&&\` after \${w(t)}\`}\${i}</small>\`}function Ie(e){let{name:t,message:o,code:n,details:r,stack:i,cause:a,errors:s=[]}=e;return l\`<div class="failure">
    <p class="error"><b>\${n??t}</b> \${o===""?"no message":o}</p>
    \${r&&l\`<pre tabindex="0" aria-label="Details of the error">\${JSON.stringify(r,null,2)}</pre>\`}
    \${i&&l\`<details><summary>Stack</summary><pre tabindex="0">\${i}</pre></details>\`}
    \${a&&l\`<details open><summary>Caused by</summary>\${Ie(a)}</details>\`}
    \${s.length>0&&l\`<details><summary>\${s.length} errors together</summary>\${s.map(Ie)}</details>\`}
  </div>\`}function Ct({queue:e,id:t,status:o}){let r=["show",...hn[o]??[]].map(i=>\`philjs-jobs \${i} \${xt(t)} --queue \${xt(e)}\`);return l\`<details class="card">
    <summary><h2>Command line</h2></summary>
    <pre tabindex="0">\${r.join(\`
\`)}</pre>
  </details>\`}var hn={failed:["retry","acknowledge","remove"],cancelled:["retry","remove"],completed:["rerun","remove"],delayed:["promote","update","cancel","remove"],waiting:["update","cancel","remove"],active:["cancel","logs -f"],blocked:["cancel"]};function xt(e){return/^[\\w@%+=:,./-]+$/.test(e)&&!e.startsWith("-")?e:\`'\${e.replaceAll("'","'\\\\''")}'\`}function St(e,{queue:t,id:o,status:n,revealed:r}){let i=\`job \${o}\`,a=[o],s=(d,m)=>d.includes(n)&&(m??!1);return l\`<div class="buttons" role="group" aria-label="Actions">
    \${s(["failed","cancelled"],y(e,{do:"retry",queue:t,ids:a},"Retry",i,"main"))}
    \${s(["failed","cancelled","completed"],y(e,{do:"edit",queue:t,id:o},"Run again with edits",i))}
    \${s(["failed","cancelled","completed","waiting","delayed"],y(e,{do:"duplicate",queue:t,ids:a},"Duplicate",i))}
    \${s(["delayed"],y(e,{do:"promote",queue:t,ids:a},"Run now",i))}
    \${s(["waiting","delayed","active","blocked"],y(e,{do:"cancel",queue:t,ids:a},"Cancel",i,"danger"))}
    \${s(["failed","cancelled","completed","waiting","delayed","blocked"],y(e,{do:"remove",queue:t,ids:a},"Remove",i,"danger"))}
    \${!r&&y(e,{do:"reveal",queue:t,id:o},"Reveal",\`what is masked of \${i}\`)}
  </div>\`}function Tt({now:e,timeZone:t},o){let n=gn(o,e);return l\`<section class="card">
    <h2>Timeline</h2>
    \${bn(o)}
    <ol class="timeline">\${n.map(({label:r,at:i},a)=>l\`<li key=\${r}>
        <b>\${r}</b> \${N(i,e)}
        <small>\${G(i,t)}\${yn(n[a-1],i)}</small>
      </li>\`)}</ol>
  </section>\`}function gn({createdAt:e,runAt:t,processedAt:o,finishedAt:n,status:r},i){let a=[{label:"Enqueued",at:e}];return t>e&&a.push({label:t>i?"Due":"Ready",at:t}),o!==void 0&&a.push({label:"Started",at:o}),n!==void 0&&a.push({label:r==="completed"?"Completed":"Failed",at:n}),a.sort((s,d)=>s.at-d.at)}function yn(e,t){return e===void 0?"":\`, \${w(t-e.at)} later\`}function bn({waitMs:e,runMs:t}){if(e===void 0||t===void 0||e+t===0)return;let o=e/(e+t)*100,n=\`waited \${w(e)}, ran \${w(t)}\`;return l\`<figure class="share">
    <svg viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label=\${n}>
      <rect class="wait" width=\${o} height="6" />
      <rect class="run" x=\${o} width=\${100-o} height="6" />
    </svg>
    <figcaption>\${n}</figcaption>
  </figure>\`}function Nt(e,t){let{queue:o,name:n,id:r,status:i}=t;return l\`<main id="main">
    <header class="title">
      <p class="crumb">
        <a href=\${p(e.root,"jobs",{queue:o})}><bdi>\${o}</bdi></a>
      </p>
      <h1><bdi>\${n}</bdi> \${L(i)}</h1>
      <p class="id"><bdi>\${r}</bdi></p>
      \${St(e,t)}
    </header>
    \${t.revealed&&l\`<p class="notice">Nothing is masked on this page. It is in the audit log.</p>\`}
    \${wn(t,e)}
    \${_n(t)}
    <div class="columns">
      <div class="wide">
        <section class="card"><h2>Payload</h2>\${be(t.payload)}</section>
        \${t.result&&l\`<section class="card"><h2>Result</h2>\${be(t.result)}</section>\`}
        \${kt(e,t)}
      </div>
      <div>
        \${Tt(e,t)}
        <section class="card"><h2>Facts</h2>\${vn(e,t)}</section>
        \${t.metadata&&l\`<section class="card"><h2>Metadata</h2>\${be(t.metadata)}</section>\`}
        \${Ct(t)}
      </div>
    </div>
  </main>\`}var $n=new Set(["waiting","delayed","blocked"]);function wn({reasons:e,status:t},{now:o}){if($n.has(t))return l\`<section class="card" aria-label="Why it is not running">
    <h2>Why it is not running</h2>
    <ul class="reasons">\${e.map(({message:n,until:r})=>l\`<li>\${n}\${r!==void 0&&l\` <small>\${Le(r,o)}</small>\`}</li>\`)}</ul>
  </section>\`}function _n({percent:e,progress:t}){return e!==void 0?l\`<p class="progress">
      <label>Progress <progress max="100" value=\${e}>\${e} %</progress> \${e} %</label>
    </p>\`:t&&l\`<section class="card"><h2>Progress</h2>\${be(t)}</section>\`}function be({text:e,cut:t}){return l\`<div>
    <pre tabindex="0">\${e}</pre>
    \${t&&l\`<p class="more">Cut here: the value is longer than a page shows.</p>\`}
  </div>\`}function vn(e,t){let{root:o}=e,{queue:n,parentId:r,waitMs:i,runMs:a,timeoutMs:s,tags:d}=t,m=[["Queue",l\`<a href=\${p(o,"jobs",{queue:n})}>\${n}</a>\`],...d===void 0?[]:[["Tags",ye(e,d)]],["Attempts",\`\${t.attemptsMade} of \${t.maxAttempts}\`],["Waited",i===void 0?"–":w(i)],["Ran",a===void 0?"–":w(a)],...s===void 0?[]:[["An attempt may take",w(s)]],["Priority",t.priority],["Version",t.version],["Starts",t.fencingToken],...t.stalledCount>0?[["Lost its worker",\`\${t.stalledCount} ×\`]]:[],...r===void 0?[]:[["Parent",l\`<a class="id" href=\${p(o,"job",{queue:n,id:r})}>\${r}</a>\`]]];return l\`<dl>\${m.map(([c,g])=>l\`<div key=\${c}><dt>\${c}</dt><dd>\${g}</dd></div>\`)}</dl>\`}var $e=["blocked","delayed","waiting","active","failed","cancelled","completed"];function Vt(e,t){if(!["retry","cancel","remove"].some(n=>E(e,n))||t.jobs.length===0)return;let o=t.jobs.filter(n=>e.selected.has(I(n)));return l\`<div class="bulk act" role="group" aria-label="Selected jobs">
    \${kn(e,t)}
    \${o.length>0?xn(e,o):Cn(e,t)}
  </div>\`}function I({queue:e,id:t}){return JSON.stringify([e,t])}function kn(e,{jobs:t}){let o=t.map(I),n=o.every(r=>e.selected.has(r));return l\`<label class="tick">
    <input type="checkbox" checked=\${n} onChange=\${e.on({do:"select",ids:o,on:!n})} />
    All \${f(o.length)} shown
  </label>\`}function xn(e,t){let o=k(t.length,"selected job"),n=[...new Set(t.map(({queue:s})=>s))],[r,...i]=n.map(s=>({queue:s,ids:t.filter(d=>d.queue===s).map(({id:d})=>d)}));if(r===void 0)return;let a={...r,...i.length>0&&{also:i}};return l\`<span class="buttons">
    <span>\${f(t.length)} selected</span>
    \${y(e,{do:"retry",...a},"Retry",o)}
    \${y(e,{do:"promote",...a},"Run now",o)}
    \${y(e,{do:"cancel",...a},"Cancel",o,"danger")}
    \${y(e,{do:"remove",...a},"Remove",o,"danger")}
  </span>\`}function Cn(e,t){let{search:o,mistake:n,stats:r}=t;if(n!==void 0)return;let i=Object.keys(t.counts),[a,...s]=i,d={queues:i,search:o},m=(...c)=>c.some(g=>r[g]>0&&Sn(o,g));return l\`<span class="buttons">
    \${m("failed")&&y(e,{do:"retry-matching",...d},Tn(t),"")}
    \${m("failed")&&y(e,{do:"acknowledge-matching",...d},"Acknowledge","all that match and failed")}
    \${m("delayed")&&y(e,{do:"promote-matching",...d},"Run now","all that match and are delayed")}
    \${m("waiting","delayed","active")&&y(e,{do:"cancel-matching",...d},"Cancel","all that match and have not ended","danger")}
    \${o.trim()!==""&&y(e,{do:"remove-matching",...d},\`Remove \${Nn(t)}\`,"and do not run","danger")}
    \${o.trim()===""&&a!==void 0&&s.length===0&&y(e,{do:"clear",queue:a},"Empty",\`the queue \${a}\`,"danger")}
  </span>\`}function Sn(e,t){let o=e.match(/\\bstatus:\\w+/g)??[];return o.length===0||o.includes(\`status:\${t}\`)}function Tn(e){let{search:t,stats:o}=e;return t===""||t==="status:failed"?\`Retry all \${f(o.failed)} failed\`:"Retry all that match and failed"}function Nn({exact:e,total:t}){return e?\`all \${f(t)} that match\`:"all that match"}function Dt(e,{jobs:t},o,n){let r={label:"Select",quiet:!0,kind:"tick",cell:a=>l\`<input
      type="checkbox"
      class="act"
      data-row=\${I(a)}
      aria-label=\${\`Select \${a.name} \${a.id}\`}
      checked=\${e.selected.has(I(a))}
      onChange=\${e.on({do:"select",ids:[I(a)],on:!e.selected.has(I(a))})}
    />\`},i={label:"Queue",cell:({queue:a})=>l\`<a href=\${p(e.root,"jobs",{queue:a})}>\${A(a)}</a>\`};return V({caption:"Jobs",rows:t,key:I,empty:o,columns:[...n?[r]:[],{label:"State",kind:"state",cell:({status:a})=>L(a)},{label:"Job",kind:"name",cell:({queue:a,name:s,id:d,tags:m})=>l\`<span>
          <a href=\${p(e.root,"job",{queue:a,id:d})}><bdi><b>\${s}</b></bdi> <bdi class="id">\${d}</bdi></a>
          \${ye(e,m,3)}
        </span>\`},...e.queues.length>1?[i]:[],{label:"What",kind:"cause",cell:Vn},{label:"Attempts",numeric:!0,cell:({attemptsMade:a,maxAttempts:s})=>\`\${a} of \${s}\`},{label:"Ran",numeric:!0,cell:({runMs:a})=>a===void 0?"–":w(a)},{label:"Time",numeric:!0,cell:({at:a})=>N(a,e.now,e.timeZone)}]})}function Vn({status:e,error:t,percent:o,preview:n}){return t!==void 0&&e!=="completed"?l\`<span class="error">\${t}</span>\`:o===void 0?l\`<span class="preview">\${n}</span>\`:l\`<progress max="100" value=\${o} aria-label="Progress">\${o} %</progress>\`}function jt(e,t){let{queue:o,search:n,mistake:r,note:i}=t;return l\`<main id="main">
    <header class="title">
      <h1>Jobs <small>\${f(t.stats.total)} in <bdi>\${o??"all queues"}</bdi></small></h1>
      \${E(e,"enqueue")&&l\`<a class="act button" href=\${p(e.root,"enqueue",{queue:o})}>Enqueue a job</a>\`}
      \${Z(e,{chosen:o,counts:t.counts,query:{q:n}})}
    </header>
    \${j(e,t.away)}
    \${Dn(e,t)}
    <form class="search" role="search" action=\${p(e.root,"jobs")} method="get">
      <label for="q">Search \${o??"all queues"}</label>
      <input id="q" name="q" type="search" defaultValue=\${n} autocomplete="off" list="terms" spellcheck=\${!1}
        maxlength="1000" aria-describedby="grammar" />
      \${e.queues.length>1&&o!==void 0&&l\`<input type="hidden" name="queue" value=\${o} />\`}
      <button type="submit">Search</button>
      <p id="grammar">An id, any text, or <code>status:failed name:send-email payload.user.id:42
        error:"timed out" attempts:>1 since:1h</code>, also with <code>OR</code> and <code>NOT</code></p>
    </form>
    \${r!==void 0&&l\`<p class="notice bad" role="alert">\${r}</p>\`}
    \${i!==void 0&&l\`<p class="notice">\${i}</p>\`}
    <section class="card">
      \${Vt(e,t)}
      \${Dt(e,t,jn(t),e.can.some(a=>a!=="read"))}
      \${he(e,t,{queue:e.queues.length>1?o:void 0,q:n})}
    </section>
  </main>\`}function Dn(e,{queue:t,stats:o,search:n}){let r=(a,s,d)=>l\`<a
    href=\${p(e.root,"jobs",{queue:t,q:s})}
    aria-current=\${n===s?"page":void 0}
  >\${a} <small>\${f(d)}</small></a>\`,i=$e.filter(a=>a!=="blocked"||o.blocked>0);return l\`<nav class="tabs" aria-label="State">
    \${r("all","",o.total)}
    \${i.map(a=>r(a,\`status:\${a}\`,o[a]))}
  </nav>\`}function jn({search:e,mistake:t,cursor:o,scanned:n,before:r,away:i}){if(t!==void 0)return"Nothing was searched.";if(o!==void 0)return\`Nothing found in \${k(r+n,"job")} so far.\`;let a=i.length>0?" in the queues that answer":"";return e===""?\`No jobs\${a}.\`:\`No job matches\${a}.\`}var Pt=600,Be=120;function Rt({unit:e,lines:t},o){let n=t.flatMap(({of:s})=>o[s]).filter(s=>s!==null),r=Math.max(0,...n),i=Pt/Math.max(1,o.at.length-1),a=s=>(Be-2-s/(r||1)*(Be-6)).toFixed(1);return l\`<figure class="picture">
    <svg viewBox="0 0 \${Pt} \${Be}" preserveAspectRatio="none" aria-hidden="true">\${t.map(({of:s,label:d},m)=>l\`<path key=\${d} class=\${\`line-\${m+1}\`} d=\${Pn(o[s],i,a)} />\`)}</svg>
    <figcaption>\${t.map(({label:s},d)=>l\`<span key=\${s} class=\${\`line-\${d+1}\`}>\${s}</span> \`)}<small>at most \${e==="ms"?w(r):P(r)}</small></figcaption>
  </figure>\`}function Pn(e,t,o){let n=!1;return e.map((r,i)=>{if(r===null)return n=!1,"";let a=(i*t).toFixed(1),s=n?\`L\${a} \${o(r)}\`:\`M\${a} \${o(r)}h.01\`;return n=!0,s}).join("")}function Et({title:e,unit:t,lines:o},n){let r=n.at.map((a,s)=>({at:a,index:s})).filter(({index:a})=>o.some(({of:s})=>(n[s][a]??0)>0)).reverse(),i=a=>a==null?"–":t==="ms"?w(a):P(a);return l\`<details>
    <summary>\${e} as a table</summary>
    \${V({caption:e,rows:r,key:({at:a})=>String(a),empty:"Nothing happened.",columns:[{label:"From (UTC)",cell:({at:a})=>new Date(a*1e3).toISOString().slice(0,16).replace("T"," ")},...o.map(({label:a,of:s})=>({label:a,numeric:!0,cell:({index:d})=>i(n[s][d])}))]})}
  </details>\`}var Ot={throughput:{title:"Finished jobs a minute",unit:"jobs",lines:[{label:"completed",of:"completed"},{label:"failed",of:"failed"},{label:"retried",of:"retried"}]},backlog:{title:"Backlog",unit:"jobs",lines:[{label:"ready",of:"waiting"},{label:"delayed",of:"delayed"}]},wait:{title:"Waiting time",unit:"ms",lines:[{label:"p50",of:"waitP50"},{label:"p95",of:"waitP95"},{label:"p99",of:"waitP99"}]},run:{title:"Running time",unit:"ms",lines:[{label:"p50",of:"runP50"},{label:"p95",of:"runP95"},{label:"p99",of:"runP99"}]}};function qt(e,t){let{queue:o,name:n,measured:r}=t;return l\`<main id="main">
    <header class="title">
      <h1>Metrics <small><bdi>\${n??o??"all jobs"}</bdi></small></h1>
      \${Z(e,{chosen:o,query:{span:t.span}})}
      \${Jn(e,t)}
      \${qn(e,t)}
    </header>
    \${j(e,t.away)}
    \${!r&&l\`<p class="notice">The backend keeps no metrics.</p>\`}
    \${On(t).map(([i,a])=>l\`<section class="card" key=\${i}>
        <h2>\${a.title}</h2>
        <div class="chart" data-chart=\${i} role="img" aria-label=\${\`\${a.title}; the figures are in the table below it\`}>\${Rt(a,t.series)}</div>
        \${Et(a,t.series)}
      </section>\`)}
    <section class="card">
      <h2>By job <small>last hour</small></h2>
      \${V({caption:"Figures of the last hour by job",rows:t.jobs,key:i=>\`\${i.queue} \${i.name}\`,empty:"Nothing ran in the last hour.",columns:Mn(e,t.span)})}
    </section>
    \${Rn(e,t)}
    <p class="more">For Prometheus: <a href=\${\`\${e.root}metrics\`}>metrics</a></p>
  </main>\`}function Rn({root:e},{jobs:t,span:o}){let n=t.flatMap(({queue:r,name:i,ticks:a})=>a?[{queue:r,name:i,...a}]:[]);if(n.length!==0)return l\`<section class="card">
    <h2>Ticks of schedules <small>last hour</small></h2>
    \${V({caption:"Ticks of schedules in the last hour, by job",rows:n,key:r=>\`\${r.queue} \${r.name}\`,empty:"",columns:[{label:"Job",kind:"name",cell:({queue:r,name:i})=>l\`<a href=\${p(e,"metrics",{queue:r,name:i,span:o})}><bdi class="clamp"><b>\${i}</b></bdi> <bdi class="id clamp">\${r}</bdi></a>\`},{label:"Fired",numeric:!0,cell:({fired:r})=>f(r)},{label:"Missed",numeric:!0,cell:({missed:r})=>f(r)},{label:"Skipped",numeric:!0,cell:({skipped:r})=>En(r)}]})}
  </section>\`}function En(e){return Object.entries(e).filter(([,o])=>o>0).map(([o,n])=>\`\${f(n)} \${o}\`).join(", ")||"0"}function On({series:e,name:t}){let o=t===void 0&&e.waiting.some(n=>n!==null);return Object.entries(Ot).filter(([n])=>n!=="backlog"||o)}function qn(e,{queue:t,name:o,paused:n}){if(t===void 0||o===void 0||n===void 0)return;let r=\`jobs \${o} of \${t}\`;return n?y(e,{do:"resume-jobs",queue:t,name:o},"Resume this type",r):y(e,{do:"pause-jobs",queue:t,name:o},"Pause this type",r)}function Jn(e,{queue:t,name:o,span:n}){let r=(i,a)=>l\`<a
    href=\${p(e.root,"metrics",{queue:t,name:o,span:i})}
    aria-current=\${i===n?"true":void 0}
  >\${a}</a>\`;return l\`<nav class="choice" aria-label="Span">\${r("1h","1 hour")} \${r("24h","24 hours")}</nav>\`}function Mn({root:e},t){let o=(n,r,i="")=>({label:n,numeric:!0,cell:r,kind:i});return[{label:"Job",kind:"name",cell:({queue:n,name:r})=>l\`<a href=\${p(e,"metrics",{queue:n,name:r,span:t})}><bdi class="clamp"><b>\${r}</b></bdi> <bdi class="id clamp">\${n}</bdi></a>\`},o("Completed",({completed:n})=>f(n)),o("Failed",({failed:n,failureRate:r})=>\`\${f(n)}\${n>0?\` (\${me(r)})\`:""}\`),o("Cancelled",({cancelled:n})=>f(n),"extra"),o("Retried",({retried:n})=>f(n),"extra"),o("Per minute",({throughput:n})=>P(n)),o("Wait p95",({wait:n})=>n===void 0?"–":w(n.p95),"extra"),o("Run p50 · p95 · p99",({run:n})=>n===void 0?"–":pe([n.p50,n.p95,n.p99]))]}var We=6,Fn=864e5;function Jt(e,{health:t,queues:o}){let{problems:n,status:r}=t;if(n.length===0){let a=o.reduce((s,{throughput:d})=>s+d,0);return l\`<section class="health healthy" aria-labelledby="health">
      <h1 id="health">Nothing needs you</h1>
      <p>\${P(a)} jobs a minute\${An(o)}.</p>
    </section>\`}let i=n.length===1?"thing needs":"things need";return l\`<section class=\${\`health \${r}\`} aria-labelledby="health">
    <h1 id="health">\${f(n.length)} \${i} you</h1>
    <ul>\${n.slice(0,We).map(a=>l\`<li class=\${a.severity}>
        <a href=\${Bn(e,a)}>\${In(Ln(a,e))}</a>
      </li>\`)}\${n.length>We&&l\`<li>and \${n.length-We} more</li>\`}</ul>
  </section>\`}function An(e){let t=Math.max(0,...e.map(({failureRate:o})=>o));return t===0?", none failed in the last hour":\`, at most \${me(t)} of a queue failed\`}function Ln({message:e,since:t},{timeZone:o,now:n}){if(t===void 0||o===void 0||o==="UTC")return e;let r=new Date(t).getTime(),i=n-r<Fn?fe(r,o).slice(0,5):U(r,o);return e.replace(/(\\bsince (?:before )?)[\\d: TZ-]+(?:UTC)$/,(a,s)=>s+i)}function In(e){return e.split("\`").map((t,o)=>o%2===1?l\`<code title=\${t.length>40?t:void 0}><bdi>\${t}</bdi></code>\`:t)}function Bn({root:e},{kind:t,queue:o,group:n}){switch(t){case"late-schedule":return p(e,"schedules");case"no-workers":case"store-away":return p(e,"workers");case"failures":return n===void 0?p(e,"failures",{queue:o}):p(e,"jobs",{queue:o,q:\`status:failed group:\${n}\`});case"failing":return p(e,"failures",{queue:o});case"stalled":return p(e,"jobs",{queue:o,q:"status:failed"});case"slow":return p(e,"metrics",{queue:o});case"paused":case"backlog":case"waiting-long":return p(e,"jobs",{queue:o,q:"status:waiting"})}}function Mt(e,t){return V({caption:"Next runs",rows:t,key:({queue:o,id:n})=>\`\${o} \${n}\`,empty:"No schedule is going to fire.",columns:[{label:"Schedule",cell:({id:o})=>l\`<a href=\${p(e.root,"schedules",{},o)}>\${o}</a>\`},{label:"When",cell:({when:o,timezone:n})=>\`\${o}\${n?\` (\${n})\`:""}\`},{label:"Next",numeric:!0,cell:o=>Qe(o,e.now)}]})}function Qe({nextAt:e,overdueMs:t},o){return e===void 0?"–":t<1e3?N(e,o):l\`<span class="alarm">\${w(t)} late</span>\`}function Ft(e){let t=e.slice(0,-1);return t.some(o=>(o??0)>0)?[...t,null]:[...e]}var we=120,K=24;function At(e,t){let o=Math.max(...e,1),n=we/Math.max(1,e.length-1),r=e.map((a,s)=>\`\${(s*n).toFixed(1)},\${(K-1-a/o*(K-2)).toFixed(1)}\`),i=\`0,\${K} \${r.join(" ")} \${we},\${K}\`;return l\`<svg
    class="spark"
    viewBox="0 0 \${we} \${K}"
    width=\${we}
    height=\${K}
    preserveAspectRatio="none"
    role="img"
    aria-label=\${t}
  >
    <polygon points=\${i} />
    <polyline points=\${r.join(" ")} />
  </svg>\`}var Wn=["waiting","active","delayed","blocked","failed","cancelled","completed"],Qn=new Set(["blocked","cancelled"]);function It(e,t){let o=Wn.filter(n=>!Qn.has(n)||t.some(({stats:r})=>r[n]>0));return V({caption:"Queues",rows:t,key:({queue:n})=>n,empty:"No queue answers.",columns:[{label:"Queue",kind:"name",cell:n=>Hn(e,n)},...o.map(n=>Gn(e,n)),{label:"Oldest waiting",numeric:!0,cell:Un},{label:"Last hour",kind:"wide hour",cell:Zn},{label:"Wait p50 · p95 · p99",numeric:!0,kind:"wide extra",cell:({wait:n})=>Lt(n)},{label:"Run p50 · p95 · p99",numeric:!0,kind:"wide extra",cell:({run:n})=>Lt(n)},{label:"Workers",numeric:!0,cell:n=>Kn(e,n)},{label:"Actions",quiet:!0,cell:n=>zn(e,n)}]})}function Hn({root:e,now:t},{queue:o,paused:n,knownAt:r}){return l\`<span class="named">
    <a href=\${p(e,"jobs",{queue:o})}><bdi>\${o}</bdi></a>\${n&&L("paused")}
    \${r!==void 0&&l\`<small class="alarm">not answering; as of \${N(r,t)}</small>\`}
  </span>\`}function Un({oldestWaitingMs:e,stats:t,throughput:o,paused:n}){if(e===void 0)return"–";let r=w(e);if(n||t.waiting===0||o===0)return r;let i=w(Math.ceil(t.waiting/o)*6e4);return l\`<span>\${r}<br /><small>done in \${i}</small></span>\`}function Gn({root:e},t){return{label:t[0]?.toUpperCase()+t.slice(1),numeric:!0,cell:({queue:o,stats:n})=>{let r=n[t];return r===0?l\`<span class="nothing">0</span>\`:l\`<a class=\${\`count \${t}\`} href=\${p(e,"jobs",{queue:o,q:\`status:\${t}\`})}>\${f(r)}</a>\`}}}function Zn({queue:e,perMinute:t,throughput:o,measured:n}){if(!n)return l\`<span class="nothing">not measured</span>\`;let r=\`\${e}: \${P(o)} jobs a minute over the last hour, at most \${f(Math.max(...t))}\`,i=Ft(t).filter(a=>a!==null);return l\`<span class="trend">\${At(i,r)}<small>\${P(o)}/min</small></span>\`}function Lt(e){return e===void 0?"–":pe([e.p50,e.p95,e.p99])}function Kn({root:e},{workers:t,needsWorker:o}){return t===void 0?"–":l\`<a class=\${t===0&&o?"alarm":""} href=\${p(e,"workers")}>\${f(t)}</a>\`}function zn(e,{queue:t,paused:o}){return o?y(e,{do:"resume",queue:t},"Resume",\`queue \${t}\`):y(e,{do:"pause",queue:t},"Pause",\`queue \${t}\`)}var Yn=8;function Bt(e,t){let o=t.failures.flatMap(({queue:n,groups:r})=>r.map(i=>({...i,queue:n}))).sort((n,r)=>r.count-n.count).slice(0,Yn);return l\`<main id="main">
    \${Jt(e,t)}
    \${j(e,t.away)}
    \${Xn(e,t)}
    <section class="card">
      <h2>Queues</h2>
      \${It(e,t.queues)}
    </section>
    <div class="columns">
      <section class="card wide">
        <h2>Failures by cause \${er(t)}</h2>
        \${ge(e,o,{empty:F("failed jobs",t.away),isShort:!0})}
        \${o.length>0&&l\`<p class="more"><a href=\${p(e.root,"failures")}>All failures</a></p>\`}
      </section>
      <section class="card">
        <h2>Next runs</h2>
        \${Mt(e,t.schedules)}
        \${t.scheduleCount>0&&l\`<p class="more"><a href=\${p(e.root,"schedules")}>All \${f(t.scheduleCount)} schedules</a></p>\`}
      </section>
    </div>
  </main>\`}function Xn(e,{queues:t,away:o}){if(!(t.reduce((r,{stats:i})=>r+i.total,0)>0||o.length>0||!E(e,"enqueue")))return l\`<p class="notice">No jobs yet. <a href=\${p(e.root,"enqueue")}>Enqueue a first job</a></p>\`}function er({failures:e}){let t=e.reduce((n,r)=>n+r.scanned,0),o=e.reduce((n,r)=>n+r.total,0);if(!(t>=o))return l\`<small>of the latest \${f(t)} of \${f(o)}</small>\`}var tr=1e3;function Wt(e,{queue:t,runs:o,id:n}){if(o.length!==0)return l\`<ol class="strip" aria-label=\${\`Last runs of \${n}, oldest first\`}>\${[...o].reverse().map(r=>l\`<li key=\${r.at}>\${or(e,t,r)}</li>\`)}</ol>\`}function or({root:e,timeZone:t},o,n){let{jobId:r,status:i}=n,a=nr(n,t),s=\`mark \${i}\${Qt(n)?" late":""}\`;return r===void 0?l\`<span class=\${s} title=\${a} role="img" aria-label=\${a}></span>\`:l\`<a class=\${s} title=\${a} aria-label=\${a} href=\${p(e,"job",{queue:o,id:r})}></a>\`}function nr(e,t){let{at:o,status:n,latenessMs:r=0,reason:i}=e,a=Qt(e)?\`, \${w(r)} late\`:"";return\`\${U(o,t)}: \${n}\${a}\${i===void 0?"":\` (\${i})\`}\`}function Qt({latenessMs:e=0}){return e>=tr}function Ht(e,{schedules:t,total:o,attached:n,away:r,search:i}){let a=o>t.length&&\`the next \${t.length} of \${f(o)}\`;return l\`<main id="main">
    <header class="title"><h1>Schedules <small>\${a||f(o)}</small></h1></header>
    \${j(e,r)}
    \${(i!==""||o>1)&&l\`<form class="search" role="search" action=\${p(e.root,"schedules")} method="get">
        <label for="q">Search the schedules</label>
        <input id="q" name="q" type="search" defaultValue=\${i} autocomplete="off" spellcheck=\${!1}
          maxlength="1000" aria-describedby="searched" />
        <button type="submit">Search</button>
        <p id="searched">Words of an id, of the name of a job, of an owner or of a queue</p>
      </form>\`}
    \${t.length===0&&l\`<p class="empty card">\${rr(n,i,F("schedules",r))}</p>\`}
    \${t.map(s=>ir(e,s))}
  </main>\`}function rr(e,t,o){return e?t===""?o:"No schedule matches.":"This dashboard was given no scheduler."}function ir(e,t){let{id:o,queue:n,jobName:r,when:i,cron:a,timezone:s,state:d,note:m,lastAt:c,maxRuns:g,runsCount:h}=t;return l\`<article class="card schedule" id=\${encodeURIComponent(o)} key=\${\`\${n} \${o}\`}>
    <header>
      <h2><bdi>\${o}</bdi> \${d!=="active"&&L(d)}</h2>
      \${ar(e,t)}
    </header>
    <p>\${i}\${s&&\` in \${s}\`} \${a&&a!==i&&l\`<code>\${a}</code>\`}</p>
    \${m&&l\`<p class="notice">Paused: \${m}</p>\`}
    <dl class="inline">
      <div><dt>Job</dt><dd><a href=\${p(e.root,"jobs",{queue:n,q:\`name:\${lr(r)}\`})}><bdi>\${r}</bdi></a></dd></div>
      <div><dt>Next</dt><dd>\${Qe(t,e.now)}</dd></div>
      <div><dt>Last</dt><dd>\${c===void 0?"–":N(c,e.now,e.timeZone)}</dd></div>
      <div><dt>Runs</dt><dd>\${f(h)}\${g!==void 0&&\` of \${f(g)}\`}</dd></div>
    </dl>
    \${Wt(e,t)}
    \${sr(e,t)}
  </article>\`}function ar(e,{id:t,queue:o,state:n,cron:r}){let i=\`schedule \${t}\`,a={queue:o,id:t};return l\`<span class="buttons">
    \${y(e,{do:"trigger",...a},"Run now",i)}
    \${n==="active"&&y(e,{do:"pause-schedule",...a},"Pause",i)}
    \${n==="paused"&&y(e,{do:"resume-schedule",...a},"Resume",i)}
    \${r&&y(e,{do:"backfill",...a},"Backfill",i)}
    \${y(e,{do:"remove-schedule",...a},"Remove",i,"danger")}
  </span>\`}function sr({timeZone:e,now:t},{nextRuns:o,timezone:n="UTC"}){if(o.length===0)return;let r=e!==void 0&&e!==n?e:void 0;return l\`<details>
    <summary>Next \${o.length} runs</summary>
    <ul class="next">\${o.map(i=>l\`<li key=\${i}>
        \${U(i,n)} \${n}
        \${r&&l\`<small>\${U(i,r)} yours</small>\`}
        <small>in \${w(i-t)}</small>
      </li>\`)}</ul>
  </details>\`}function lr(e){return/^[\\w.-]+$/.test(e)?e:\`"\${e.replace(/["\\\\]/g,"\\\\$&")}"\`}function Ut(e,t){let{workers:o,without:n,idle:r,unlisted:i,away:a}=t;return l\`<main id="main">
    <header class="title"><h1>Workers <small>\${f(o.length)}</small></h1></header>
    \${j(e,a)}
    \${n.map(s=>l\`<p class="notice bad">No worker runs <code><bdi>\${s}</bdi></code>. Start one with <code>philjs-jobs work</code>, or <code>queue.process()</code>.</p>\`)}
    \${r.map(s=>l\`<p class="notice">No worker runs <code><bdi>\${s}</bdi></code>, and none of its jobs is due.</p>\`)}
    \${i.map(s=>l\`<p class="notice">The backend of <code><bdi>\${s}</bdi></code> does not list its workers.</p>\`)}
    <section class="card">
      \${V({caption:"Workers",rows:o,key:({id:s})=>s,empty:F("workers",a),columns:[{label:"Process",kind:"name",cell:({host:s,pid:d})=>l\`<span><b>\${s}</b> <span class="id">\${d}</span></span>\`},{label:"Queue",cell:({queue:s})=>A(s)},{label:"Runs",kind:"cause",cell:s=>dr(e,s)},{label:"Knows",kind:"cause",cell:({jobs:s})=>l\`<span class="clamp">\${cr(s)}</span>\`},{label:"Up since",numeric:!0,kind:"extra",cell:({startedAt:s})=>N(s,e.now,e.timeZone)},{label:"Last seen",numeric:!0,cell:({seenAt:s})=>N(s,e.now,e.timeZone)},{label:"Actions",quiet:!0,kind:"actions",cell:s=>ur(e,s)}]})}
    </section>
    \${mr(e,t)}
  </main>\`}function dr({root:e,now:t},o){let{queue:n,host:r,pid:i,busy:a,concurrency:s,runs:d,asked:m}=o,c=Math.round(100*a/s);return l\`<span>
    <meter min="0" max=\${s} value=\${a} aria-label=\${\`Busy slots of \${r} \${i}\`}>\${a} of \${s}</meter>
    \${" "}\${a} of \${s} <small>\${c} %</small>
    \${m!==void 0&&l\` <span class="badge paused">\${m==="stop"?"stops":"takes no new jobs"}</span>\`}
    \${d.map(({id:g,name:h,since:u})=>l\`<br key=\${g} /><small>
        <a href=\${p(e,"job",{queue:n,id:g})}><bdi>\${h}</bdi></a> for \${w(Math.max(0,t-u))}
      </small>\`)}
    \${a>d.length&&l\`<br /><small>and \${a-d.length} more</small>\`}
  </span>\`}function ur(e,t){let{queue:o,id:n,host:r,pid:i,busy:a,asked:s}=t,d=\`\${r}:\${i}\`,m={queue:o,id:n,name:d,running:a},c=s===void 0&&y(e,{do:"quiet-worker",...m},"Quiet",\`worker \${d} of \${o}\`),g=s!=="stop"&&y(e,{do:"stop-worker",...m},"Stop",\`worker \${d} of \${o}\`,"danger");return l\`<span class="buttons">\${c} \${g}</span>\`}function cr(e){let t=e.slice(0,12).join(", ");return e.length>12?\`\${t} and \${e.length-12} more\`:t}function mr({root:e},{running:t}){if(t.length!==0)return l\`<section class="card">
    <h2>Running now</h2>
    <ul class="plain">\${t.map(({queue:o,name:n,count:r})=>l\`<li key=\${\`\${o} \${n}\`}>
        <a href=\${p(e,"jobs",{queue:o,q:"status:active"})}>\${k(r,"job")} <bdi>\${n}</bdi></a> in <bdi>\${o}</bdi>
      </li>\`)}</ul>
  </section>\`}function Gt(e,t){switch(t.page){case"overview":return Bt(e,t.data);case"jobs":return jt(e,t.data);case"job":return Nt(e,t.data);case"enqueue":return bt(e,t.data);case"failures":return vt(e,t.data);case"schedules":return Ht(e,t.data);case"workers":return Ut(e,t.data);case"metrics":return qt(e,t.data)}}var pr={live:"live",polling:"every 5 s",paused:"paused",away:"not answering",off:""};function Zt(e,t,o=0){let n=o>0&&t!=="away"&&t!=="paused",r=[pr[t],n?\`\${k(o,"store")} away\`:""],i=d=>d==="job"||d==="enqueue",a=Object.keys(Y).filter(d=>!i(d)),s=i(e.page)?"jobs":e.page;return l\`<header class="site">
    <a class="skip" href="#main">To the content</a>
    <a class="brand" href=\${p(e.root,"overview")}>PhilJS <b>Jobs</b></a>
    \${e.environment&&l\`<span class=\${\`environment \${e.environment.colour??"grey"}\`}><bdi>\${e.environment.label}</bdi></span>\`}
    <nav aria-label="Pages">\${a.map(d=>l\`<a key=\${d} href=\${p(e.root,d)} aria-current=\${d===s?"page":void 0}>\${Y[d]}</a>\`)}</nav>
    \${e.switchZone&&l\`<button type="button" class="zone" onClick=\${e.switchZone} aria-label=\${\`Times are in \${e.timeZone??"UTC"}; show another zone\`}>\${e.timeZone??"UTC"}</button>\`}
    <span class=\${\`live \${n?"partly":t}\`}>\${r.filter(d=>d!=="").join(", ")}</span>
  </header>\`}function Kt(e,t){return l\`<dialog
    aria-labelledby="dialog-title"
    ref=\${fr}
    onClose=\${r=>{r.currentTarget.isConnected&&t()}}
    onCancel=\${r=>{r.preventDefault(),e.kind==="progress"&&e.running?e.onStop():t()}}
  >
    <h2 id="dialog-title">\${e.title}</h2>
    \${e.kind==="form"?hr(e,t):yr(e,t)}
  </dialog>\`}function fr(e){e!==null&&!e.open&&e.showModal()}function hr({text:e,fields:t=[],submit:o,tone:n,error:r,onSubmit:i},a){return l\`<form method="dialog" onSubmit=\${d=>{d.preventDefault();let m=new FormData(d.currentTarget);i(Object.fromEntries([...m].map(([c,g])=>[c,String(g)])))}}>
    \${e!==void 0&&l\`<p>\${e}</p>\`}
    \${t.map(gr)}
    \${r!==void 0&&l\`<p class="notice bad" role="alert">\${r}</p>\`}
    <p class="buttons">
      <button type="submit" class=\${n}>\${o}</button>
      <button type="button" onClick=\${a}>Leave it</button>
    </p>
  </form>\`}function gr({name:e,label:t,kind:o,value:n="",required:r=!1}){let i=\`field-\${e}\`;return o==="checkbox"?l\`<p class="field" key=\${e}><label><input type="checkbox" name=\${e} value="yes" /> \${t}</label></p>\`:l\`<p class="field" key=\${e}>
    <label for=\${i}>\${t}</label>
    \${o==="textarea"?l\`<textarea id=\${i} name=\${e} rows="14" spellcheck=\${!1} required=\${r}>\${n}</textarea>\`:l\`<input id=\${i} name=\${e} type=\${o} defaultValue=\${n} required=\${r} />\`}
  </p>\`}function yr({done:e,total:t,text:o,running:n,onStop:r},i){return l\`<div>
    <p><progress max=\${Math.max(1,t)} value=\${e} aria-label="Progress"></progress></p>
    <p role="status">\${o}</p>
    <p class="quiet">\${f(e)} of \${f(t)}</p>
    <p class="buttons">
      \${n?l\`<button type="button" class="danger" autofocus onClick=\${r}>Stop</button>\`:l\`<button type="button" class="main" autofocus onClick=\${i}>Close</button>\`}
    </p>
  </div>\`}var He="philjs-jobs-selected ";function zt(){try{let e=JSON.parse(sessionStorage.getItem(He+location.href)??"[]");return new Set(Array.isArray(e)?e.filter(t=>typeof t=="string"):[])}catch{return new Set}}function _e(e){try{e.size===0?sessionStorage.removeItem(He+location.href):sessionStorage.setItem(He+location.href,JSON.stringify([...e]))}catch{}}var Yt="philjs-jobs-zone";function Ue(){return new Intl.DateTimeFormat().resolvedOptions().timeZone}function Xt(){try{let e=localStorage.getItem(Yt);return e!==null&&to(e)?e:Ue()}catch{return Ue()}}function eo(e,t){let n=(t.page==="schedules"||t.page==="overview"?t.data.schedules:[]).flatMap(({timezone:i})=>i===void 0?[]:[i]),r=[...new Set([Ue(),"UTC",...n.filter(to)])];return r[(r.indexOf(e??"UTC")+1)%r.length]??"UTC"}function to(e){try{return new Intl.DateTimeFormat("en",{timeZone:e})!==void 0}catch{return!1}}function oo(e){try{localStorage.setItem(Yt,e)}catch{}}var ve=class{boot;state;live="off";dialog;notice;selected=zt();#e;#r;#t;#n=!1;constructor(t,o,n){this.#e=t,this.boot=o,this.state=o.state,this.#r=n}start(){let t=this.selected;this.selected=new Set,pt(this.#a(),this.#e),this.selected=t,this.#t=Xt(),document.documentElement.classList.add("script"),this.draw()}draw(){this.#n||(this.#n=!0,queueMicrotask(()=>{this.#n=!1,Fe(this.#a(),this.#e)}))}show(t){this.state=t,this.draw()}tell(t){this.notice=t,t!==void 0&&oe(t.text),this.draw()}open(t){this.dialog=t,this.draw()}close(){this.#e.querySelector("dialog")?.close(),this.#o()}#o(){this.dialog!==void 0&&(this.dialog=void 0,this.draw(),queueMicrotask(()=>{document.activeElement===document.body&&this.#i()}))}#i(){let t=this.#e.querySelector("h1");t!==null&&(t.tabIndex=-1,t.focus({preventScroll:!0}))}#s(){this.#t=eo(this.#t,this.state),oo(this.#t),oe(\`Times are in \${this.#t}.\`),this.draw()}#a(){let{boot:t,state:o,live:n,dialog:r,notice:i}=this,a={root:t.root,page:o.page,queues:t.queues,can:t.can,now:o.now,...t.environment&&{environment:t.environment},...this.#t!==void 0&&{timeZone:this.#t,switchZone:()=>this.#s()},selected:this.selected,on:s=>()=>this.#r(s)};return l\`<div class="app">
      \${Zt(a,n,ft(o))}\${Gt(a,o)}
      \${i&&br(i,()=>this.tell(void 0))}
      \${r&&Kt(r,()=>this.close())}
    </div>\`}};function br({text:e,tone:t,href:o},n){return l\`<aside class=\${\`toast \${t}\`}>
    <p>\${e} \${o!==void 0&&l\`<a href=\${o}>Show it</a>\`}</p>
    <button type="button" aria-label="Close this message" onClick=\${n}>×</button>
  </aside>\`}function oe(e){let t=document.getElementById("announcer");t!==null&&t.textContent!==e&&(t.textContent=e)}var ke=class{app;server;freeze;constructor(t,o,n){this.app=t,this.server=o,this.freeze=n}ask(t,o){let n=async i=>{try{await o(i),this.app.close(),await this.refresh()}catch(a){r(a.message)}},r=i=>this.app.open({kind:"form",...t,...i!==void 0&&{error:i},onSubmit:a=>{n(a)}});r()}async attempt(t){try{await t()}catch(o){this.app.tell({text:o.message,tone:"bad"})}await this.refresh()}done(t,o){this.app.tell({text:t,tone:"good",...o!==void 0&&{href:o}})}async refresh(){if(this.app.live==="off")return;let t=await this.server.page().catch(()=>{});t!==void 0&&this.app.show(t)}};function ro(e,t){document.addEventListener("keydown",o=>{if(o.target.matches('input:not([type="checkbox"]), textarea, select')||o.ctrlKey||o.metaKey||o.altKey||e.dialog!==void 0)return;let i=$r[o.key];i!==void 0&&(o.preventDefault(),i(t))})}var $r={"/":()=>document.getElementById("q")?.focus(),j:()=>no(1),k:()=>no(-1),x:()=>io()?.querySelector('input[type="checkbox"]')?.click(),"?":e=>_r(e)};function wr(){return[...document.querySelectorAll("main tbody tr")]}function io(){return document.activeElement?.closest("main tbody tr")??null}function no(e){let t=wr(),o=io(),n=o===null?e===1?-1:t.length:t.indexOf(o);t[Math.min(t.length-1,Math.max(0,n+e))]?.querySelector("td.name a, td.cause a, a")?.focus()}function _r({app:e}){e.open({kind:"form",title:"Keys",text:"/ leads to the search. j and k go to the next row and the one before. x ticks it. Enter opens it. ? shows this.",submit:"Close",tone:"main",onSubmit:()=>e.close()})}var xe=class{#e;#r;#t;#n;#o=0;constructor(t){this.#e=t}start(){let t=()=>{document.hidden?this.#i():this.#s()};document.addEventListener("visibilitychange",t),t()}stop(){this.#i(),this.#o=Number.POSITIVE_INFINITY,this.#e.onLive("off")}#i(){this.#o+=1,this.#r?.close(),this.#r=void 0,clearTimeout(this.#t),this.#n?.(),this.#n=void 0,this.#e.onLive("paused")}async#s(){if(this.#o===Number.POSITIVE_INFINITY)return;this.#o+=1;let t=this.#o,o=()=>t===this.#o,n=await vr();if(!o()){n?.();return}this.#n=n,n===void 0?await this.#l(o):this.#a(o)}#a(t){let{url:o,onState:n,onTime:r,onLive:i}=this.#e,a=new EventSource(o);this.#r=a,a.addEventListener("state",({data:s})=>{i("live"),n(JSON.parse(s))}),a.addEventListener("same",({data:s})=>{i("live"),r(Number(s))}),a.addEventListener("trouble",()=>i("away")),a.addEventListener("error",()=>{t()&&(i("away"),a.readyState===EventSource.CLOSED&&this.#l(t))})}async#l(t){let{server:o,onState:n,onLive:r}=this.#e;try{let i=await o.page();if(!t())return;r("polling"),n(i)}catch{if(!t())return;r("away")}this.#t=setTimeout(()=>{this.#l(t)},5e3)}};async function vr(){if(!("locks"in navigator))return()=>{};for(let e=0;e<3;e+=1){let t=await kr(\`philjs-jobs-live-\${e}\`);if(t!==void 0)return t}}function kr(e){return new Promise(t=>{navigator.locks.request(e,{ifAvailable:!0},o=>{if(o===null){t(void 0);return}return new Promise(n=>t(n))})})}async function Ge(e,t,o){let n=o.perMinute===void 0?xr:Cr,r={count:0,scanned:0,total:0,again:0,stopped:!1};o.show(r);for(let i of t.queues){if(o.signal.aborted||r.stopped)break;r=await n(e,t,i,o,r)}return r}async function xr({server:e},{do:t,search:o},n,{dryRun:r,signal:i,show:a,fields:s={}},d){let m=d,c;do{let g={queue:n,search:o,dryRun:r,...s,...c!==void 0&&{cursor:c}},h=await e.do(t,g);c=h.cursor,m={...m,count:m.count+(r?h.matched:h.changed),scanned:m.scanned+h.scanned,total:d.total+h.total},(!i.aborted||!r)&&a(m)}while(c!==void 0&&!i.aborted);return m}async function Cr({server:e},{do:t,search:o},n,{signal:r,show:i,fields:a={},perMinute:s=60},d){let m=await e.now(),c=d.count,g=d,h=0,u=0;for(;;){u+=s*3e3/6e4;let b=Math.floor(u-h);if(b>0){let T={queue:n,search:o,dryRun:!1,limit:Math.min(b,500),before:m,...a},_=await e.do(t,T);h+=b;let v=_.again??0,$=g.count+_.changed,S=v>=3&&v>=.2*($-c);if(g={...g,count:$,again:d.again+v,stopped:S},i(g),S||_.matched===v)return g}if(await Sr(3e3,r),r.aborted)return g}}function Sr(e,t){return new Promise(o=>{let n=setTimeout(o,e);t.addEventListener("abort",()=>{clearTimeout(n),o()})})}function Ce(e){return{name:"typed",label:\`Their number, \${f(e)}, to say that you mean all of them\`,kind:"text",required:!0}}function Se({typed:e=""},t){if(Number(e.replace(/[,\\s]/g,""))!==t)return\`Type \${f(t)} to say that you mean all of them.\`}var Tr=2,Ze={"retry-matching":{verb:"Retry",done:"retried",tone:"main",loss:"They run again with all their attempts; their errors are forgotten."},"remove-matching":{verb:"Remove",done:"removed",tone:"danger",loss:"Payloads, results and logs are lost. It cannot be undone: the store keeps nothing of them."},"cancel-matching":{verb:"Cancel",done:"cancelled",tone:"danger",loss:"What waits never starts; what runs is told to stop. A cancelled job can be retried by its id."},"promote-matching":{verb:"Run now",done:"made ready",tone:"main",loss:"They no longer wait for their time."},"acknowledge-matching":{verb:"Acknowledge",done:"acknowledged",tone:"main",loss:"They stay failed; the health no longer counts them, until they fail again."}};function z(e,t){let o=Ze[t.do];e.attempt(async()=>{let n=await Vr(e,t);if(n!==void 0){if(n===0){e.app.close(),e.done(\`There is nothing to \${o.verb.toLowerCase()}.\`);return}ao(e,t,n)}})}function ao(e,t,o,n){let{verb:r,tone:i,loss:a}=Ze[t.do],{queues:s,search:d}=t,m=s.length===1?\`of \${s[0]}\`:\`of \${s.join(", ")}\`,c=d.trim()===""?"":\` that match \${d}\`;e.app.open({kind:"form",title:\`\${r} \${k(o,"job")}?\`,text:\`\${k(o,"job")} \${m}\${c}. \${a} It is done in batches, and can be stopped.\`,fields:Nr(t.do,o),submit:r,tone:i,...n!==void 0&&{error:n},onSubmit:g=>{let h=so(t.do,o)?Se(g,o):void 0;h!==void 0?ao(e,t,o,h):e.attempt(()=>Dr(e,t,o,g))}})}function Nr(e,t){return so(e,t)?[Ce(t)]:e==="cancel-matching"?[{name:"reason",label:"Reason",kind:"text"}]:e!=="retry-matching"?[]:[{name:"perMinute",label:"At most so many a minute (empty: as fast as it goes)",kind:"number"}]}function so(e,t){return e==="remove-matching"&&t>=Tr}async function Vr(e,t){let o=new AbortController,n=({count:a,scanned:s,total:d})=>e.app.open({kind:"progress",title:"Counting",done:s,total:d,text:\`\${k(a,"job")} so far\`,running:!0,onStop:()=>{o.abort(),e.app.close()}}),r={dryRun:!0,signal:o.signal,show:n},{count:i}=await Ge(e,t,r);return o.signal.aborted?void 0:i}async function Dr(e,t,o,{perMinute:n="",reason:r=""}){let{verb:i,done:a}=Ze[t.do],s=new AbortController,d=(h,u,b)=>e.app.open({kind:"progress",title:\`\${i} \${k(o,"job")}\`,done:h,total:o,text:u,running:b,onStop:()=>s.abort()}),m=0,c="",g=h=>{m=h.count,d(m,\`\${f(m)} \${a}\`,!0)};try{let h=Number(n),u=await Ge(e,t,{dryRun:!1,signal:s.signal,show:g,fields:r===""?{}:{reason:r},...h>0&&{perMinute:h}});u.again>0&&(c=\`\${k(u.again,"job")} failed again. \`),u.stopped?c+="It stopped by itself. ":s.signal.aborted&&(c+="Stopped. ")}catch(h){c=\`\${h.message} \`}d(m,\`\${c}\${f(m)} \${a}.\`,!1)}function uo(e,{queue:t,name:o}){let n=document.getElementById(Ae);e.attempt(async()=>{let r=[...new FormData(n)].map(([m,c])=>[m,String(c)]),a=n.querySelector(".fields")===null||r.some(([m])=>m==="raw")?r.find(([m])=>m==="payload")?.[1]:jr(n,r),s={queue:t,name:o,...a&&{payload:a},...Er(r)},{id:d}=await e.server.do("enqueue",s);e.done(\`Enqueued as \${d}.\`,p(e.app.boot.root,"job",{queue:t,id:d}))})}function jr(e,t){let o=[];for(let[n,r]of t){if(!n.startsWith("field:"))continue;let i=e.elements.namedItem(n),{kind:a="text"}=i.dataset;if(r===""&&(a!=="text"||!Pr(i)))continue;let s=a==="text"?JSON.stringify(r):r.trim();o.push(\`\${JSON.stringify(n.slice(6))}: \${s}\`)}return\`{\${o.join(", ")}}\`}function Pr({parentElement:e}){return e?.querySelector("label small")===null}var Rr={ms:1,s:1e3,m:6e4,h:36e5,d:864e5};function Er(e){let t=Object.fromEntries(e.filter(([s,d])=>s.startsWith("option:")&&d.trim()!=="").map(([s,d])=>[s.slice(7),d.trim()])),{priority:o,delay:n,timeout:r,tags:i,id:a}=t;return{...o!==void 0&&{priority:Number(o)},...n!==void 0&&{delay:lo("Delay",n)},...r!==void 0&&{timeout:lo("How long an attempt may take",r)},...i!==void 0&&{tags:i.split(",").map(s=>s.trim()).filter(Boolean)},...a!==void 0&&{id:a}}}function lo(e,t){let[,o,n="ms"]=/^(\\d+)\\s*(ms|s|m|h|d)?$/.exec(t)??[];if(o===void 0)throw new Error(\`\${e}: expected a time such as 500ms, 30s, 5m or 2h.\`);return Number(o)*(Rr[n]??1)}var Or={retry:"put back to run again",promote:"made ready",cancel:"cancelled",remove:"removed"};function ne(e,t){let o=qr(t);o===void 0?e.attempt(()=>co(e,t,{})):e.ask(o,n=>co(e,t,n))}function mo(e,{queue:t,ids:o}){e.attempt(async()=>{let{id:n}=await e.server.do("duplicate",{queue:t,ids:o});e.done(\`Enqueued as \${n}.\`,p(e.app.boot.root,"job",{queue:t,id:n}))})}function po(e,{queue:t,ids:o}){e.attempt(async()=>{let{id:n}=await e.server.do("rerun",{queue:t,ids:o});e.done(\`Enqueued as \${n}.\`,p(e.app.boot.root,"job",{queue:t,id:n}))})}function fo(e,{queue:t,id:o}){e.attempt(async()=>{let n=await e.server.payload(t,o),r={title:"Change this job",text:"It must still wait. What is masked is put back where its mask stands; what is left empty stays.",fields:[{name:"payload",label:"Payload",kind:"textarea",value:n,required:!0},{name:"priority",label:"Priority (higher runs first)",kind:"number"},{name:"runAt",label:"Run at",kind:"datetime-local"}],submit:"Change",tone:"main"};e.ask(r,async({payload:i="",priority:a="",runAt:s=""})=>{await e.server.do("update",{queue:t,id:o,...i!==n&&{payload:i},...a!==""&&{priority:Number(a)},...s!==""&&{runAt:new Date(s).getTime()}}),e.done("The job was changed.")})})}function ho(e,{queue:t,id:o}){e.attempt(async()=>{let r={title:"Run again with edits",text:"A new job is enqueued; this one stays as it is. What is masked is put back where its mask stands.",fields:[{name:"payload",label:"Payload",kind:"textarea",value:await e.server.payload(t,o),required:!0}],submit:"Enqueue",tone:"main"};e.ask(r,async({payload:i=""})=>{let{id:a}=await e.server.do("edit",{queue:t,id:o,payload:i});e.done(\`Enqueued as \${a}.\`,p(e.app.boot.root,"job",{queue:t,id:a}))})})}function go(e,{queue:t,id:o}){let n={title:"Reveal what is masked?",text:"The audit log notes who did.",submit:"Reveal",tone:"danger"};e.ask(n,async()=>{let{data:r}=await e.server.do("reveal",{queue:t,id:o});e.freeze(),e.app.show({page:"job",data:r,now:e.app.state.now})})}function qr({do:e,...t}){let o=yo(t),n=[t,...t.also??[]].map(({queue:i})=>i).join(", "),r=o===1?"this job":\`\${k(o,"job")} of \${n}\`;if(e==="remove")return{title:\`Remove \${r}?\`,text:"Payload, result and log are lost. It cannot be undone: the store keeps nothing of them.",submit:"Remove",tone:"danger"};if(e==="cancel")return{title:\`Cancel \${r}?\`,text:"What waits never starts; what runs is told to stop.",fields:[{name:"reason",label:"Reason",kind:"text"},{name:"force",label:"Do not wait for the handler to stop",kind:"checkbox"}],submit:"Cancel it",tone:"danger"}}async function co(e,t,o){let{do:n,queue:r}=t,{reason:i="",force:a}=o,s={...i!==""&&{reason:i},...a==="yes"&&{force:!0}},d=0;for(let{queue:g,ids:h}of[t,...t.also??[]])d+=(await e.server.do(n,{queue:g,ids:h,...s})).changed;let{app:m}=e;m.selected=new Set,_e(m.selected);let c=yo(t)-d;e.done(\`\${k(d,"job")} \${Or[n]}\${c>0?\`, \${c} left: in another state by now\`:""}.\`),n==="remove"&&m.state.page==="job"&&location.assign(p(m.boot.root,"jobs",{queue:r})??m.boot.root)}function yo({ids:e,also:t=[]}){return t.reduce((o,n)=>o+n.ids.length,e.length)}function bo(e,{queue:t}){let o={title:\`Pause \${t}?\`,text:"No process starts another of its jobs until it is resumed. What runs goes on.",submit:"Pause",tone:"main"};e.ask(o,async()=>{await e.server.do("pause",{queue:t}),e.done(\`\${t} is paused.\`)})}function $o(e,{queue:t}){e.attempt(async()=>{await e.server.do("resume",{queue:t}),e.done(\`\${t} goes on.\`)})}function wo(e,{queue:t,name:o}){let n={title:\`Pause \${o} in \${t}?\`,text:"No process starts another job of this name until they are resumed. Other jobs go on.",submit:"Pause",tone:"main"};e.ask(n,async()=>{await e.server.do("pause-jobs",{queue:t,name:o}),e.done(\`Jobs \${o} are paused.\`)})}function _o(e,{queue:t,name:o}){e.attempt(async()=>{await e.server.do("resume-jobs",{queue:t,name:o}),e.done(\`Jobs \${o} go on.\`)})}function vo(e,{queue:t}){e.attempt(async()=>{let{matched:o}=await e.server.do("clear",{queue:t,dryRun:!0});if(o===0)return e.done(\`There is nothing to remove from \${t}.\`);let n={title:\`Empty \${t}?\`,text:\`\${k(o,"job")} of \${t}: all that do not run now, also those that wait and have never run. Payloads, results and logs are lost. It cannot be undone: the store keeps nothing of them.\`,fields:[Ce(o)],submit:"Empty the queue",tone:"danger"};e.ask(n,async r=>{let i=Se(r,o);if(i!==void 0)throw new Error(i);let{changed:a}=await e.server.do("clear",{queue:t,count:o});e.done(\`\${k(a,"job")} removed from \${t}.\`)})})}var Jr=864e5;function xo(e,{queue:t,id:o}){e.attempt(async()=>{await e.server.do("trigger",{queue:t,id:o}),e.done(\`\${o} was run.\`)})}function Co(e,{queue:t,id:o}){e.attempt(async()=>{await e.server.do("resume-schedule",{queue:t,id:o}),e.done(\`\${o} fires again.\`)})}function So(e,{queue:t,id:o}){let n={title:\`Pause \${o}?\`,fields:[{name:"note",label:"Why",kind:"text"}],submit:"Pause",tone:"main"};e.ask(n,async({note:r=""})=>{await e.server.do("pause-schedule",{queue:t,id:o,...r!==""&&{note:r}}),e.done(\`\${o} is paused.\`)})}function To(e,{queue:t,id:o}){let n=Date.now(),r={title:\`Backfill \${o}\`,text:"Enqueues the jobs of past ticks that have not run. Doing it twice enqueues nothing twice.",fields:[ko("from","From",n-Jr),ko("to","To",n)],submit:"Backfill",tone:"main"};e.ask(r,async({from:i="",to:a=""})=>{let s={from:new Date(i).getTime(),to:new Date(a).getTime()},{changed:d}=await e.server.do("backfill",{queue:t,id:o,...s});e.done(\`\${k(d,"job")} enqueued.\`)})}function No(e,{queue:t,id:o}){let n={title:\`Remove the schedule \${o}?\`,text:\`It never fires again, and its history in \${t} is lost; this cannot be undone. Jobs it enqueued stay. A process that declares it again brings it back.\`,submit:"Remove",tone:"danger"};e.ask(n,async()=>{await e.server.do("remove-schedule",{queue:t,id:o}),e.done(\`\${o} was removed.\`)})}function ko(e,t,o){return{name:e,label:t,kind:"datetime-local",value:Mr(o),required:!0}}function Mr(e){let t=new Date(e).getTimezoneOffset()*6e4;return new Date(e-t).toISOString().slice(0,16)}var Ke,Vo=!1;function Do(){for(let e of["click","keydown"])document.addEventListener(e,({shiftKey:t})=>{Vo=t},{capture:!0})}function jo({app:e},{ids:t,on:o}){let n=new Set(e.selected);for(let r of Ar(t,Fr()))o?n.add(r):n.delete(r);Ke=t.length===1?t[0]:void 0,e.selected=n,_e(n),e.draw()}function Fr(){return[...document.querySelectorAll("main tbody input[data-row]")].map(t=>t.dataset.row??"")}function Ar(e,t){let[o]=e;if(!Vo||e.length!==1||o===void 0||Ke===void 0)return e;let[n,r]=[t.indexOf(Ke),t.indexOf(o)].sort((i,a)=>i-a);return n===void 0||r===void 0||n<0?e:t.slice(n,r+1)}function Po(e,{queue:t,id:o,name:n,running:r}){let i={title:\`Let \${n} take no new jobs of \${t}?\`,text:\`It ends once its \${k(r,"active job")} has ended. A process of philjs-jobs work ends when it has no other worker.\`,submit:"Take no new jobs",tone:"main"};e.ask(i,async()=>{await e.server.do("quiet-worker",{queue:t,id:o}),e.done(\`\${n} is asked to take no new jobs. It learns that within 20 seconds.\`)})}function Ro(e,{queue:t,id:o,name:n,running:r}){let i={title:\`Stop \${n} on \${t}?\`,text:\`It gives back what of its \${k(r,"active job")} still runs after 30 seconds; another worker runs it again. A process of philjs-jobs work ends when it has no other worker.\`,submit:"Stop the worker",tone:"danger"};e.ask(i,async()=>{await e.server.do("stop-worker",{queue:t,id:o}),e.done(\`\${n} is asked to stop. It learns that within 20 seconds.\`)})}var Lr={retry:ne,promote:ne,cancel:ne,remove:ne,enqueue:uo,duplicate:mo,edit:ho,update:fo,rerun:po,reveal:go,"retry-matching":z,"remove-matching":z,"cancel-matching":z,"promote-matching":z,"acknowledge-matching":z,pause:bo,resume:$o,"pause-jobs":wo,"resume-jobs":_o,clear:vo,"quiet-worker":Po,"stop-worker":Ro,trigger:xo,"pause-schedule":So,"resume-schedule":Co,backfill:To,"remove-schedule":No,select:jo};function Eo(e,t){let o=Lr[t.do];o(e,t)}var Te=class extends Error{status;constructor(t,o){super(o),this.status=t}},Ne=class{#e;constructor(t){this.#e=t}async page(){return await(await ze(location.href.split("#",1)[0]??"",{headers:{accept:"application/json"}})).json()}async now(){return(await this.page()).now}async payload(t,o){let n=new URLSearchParams({queue:t,id:o});return(await(await ze(\`\${this.#e}-/payload?\${n}\`,{})).json()).text}async do(t,o,n){return await(await ze(\`\${this.#e}-/do/\${t}\`,{method:"POST",headers:{"content-type":"application/json"},body:JSON.stringify(o),...n&&{signal:n}})).json()}};async function ze(e,t){let o=await fetch(e,t).catch(r=>{throw t.signal?.aborted?r:new Te(0,"The dashboard does not answer.")});if(o.ok)return o;let n=await o.json().catch(()=>({}));throw new Te(o.status,n?.error?.message??\`It answered \${o.status}.\`)}var Oo=["queue","status","name","tag","id","error","code","group","attempts","priority","since","older","worker"];var Ir=12;function qo(e,t){let o=/\\S*$/.exec(e)?.[0]??"",n=e.slice(0,e.length-o.length),r=o.startsWith("-")?"-":"",[,i,a=""]=/^([a-z]+):(.*)$/.exec(o.slice(r.length))??[],s=i===void 0?[...Oo.map(m=>\`\${m}:\`),"payload.","metadata.","NOT ","OR "]:Br(i,t).map(m=>\`\${i}:\${/\\s/.test(m)?\`"\${m}"\`:m}\`),d=i===void 0?o.slice(r.length):\`\${i}:\${a}\`;return s.filter(m=>m.startsWith(d)&&m!==d).slice(0,Ir).map(m=>n+r+m)}function Br(e,{queues:t,statuses:o,names:n}){switch(e){case"status":return o;case"queue":return t;case"name":return n;case"since":case"older":return["15m","1h","24h","7d"];case"attempts":case"priority":return[">1",">=5","<0"];default:return[]}}function Mo(e){let t=document.createElement("datalist");t.id="terms",document.body.append(t),document.addEventListener("input",({target:o})=>{o instanceof HTMLInputElement&&o.id==="q"&&Jo(t,o,e)}),document.addEventListener("focusin",({target:o})=>{o instanceof HTMLInputElement&&o.id==="q"&&Jo(t,o,e)})}function Jo(e,t,{boot:o,state:n}){let r=n.page==="jobs"?n.data.jobs:[],i=[...new Set(r.map(({name:s})=>s))],a={queues:o.queues,statuses:$e,names:i};e.replaceChildren(...qo(t.value,a).map(s=>{let d=document.createElement("option");return d.value=s,d}))}var Wr=document.getElementById("app"),Ve=JSON.parse(document.getElementById("boot")?.textContent??""),Ao=new Ne(Ve.root),R=new ve(Wr,Ve,e=>Eo(Io,e)),Lo=new xe({server:Ao,url:\`\${Ve.root}-/live/\${Ve.state.page}\${location.search}\`,onState:Qr,onTime:e=>R.show({...R.state,now:e}),onLive:e=>{R.live!==e&&(e==="away"&&oe("The dashboard does not answer."),R.live=e,R.draw())}}),Io=new ke(R,Ao,()=>Lo.stop());R.start();Lo.start();ro(R,Io);Mo(R);Do();function Qr(e){let t=Fo(R.state),o=Fo(e);R.show(e),document.title=et(e),t!==o&&oe(o),document.dispatchEvent(new CustomEvent("philjs-state",{detail:e}))}function Fo(e){if(e.page==="job")return\`The job is \${e.data.status}.\`;if(e.page!=="overview")return"";let{problems:t}=e.data.health;return t.length===0?"Nothing needs you.":t.map(({message:o})=>o.replaceAll("\`","")).join("; ")}
`,
};
