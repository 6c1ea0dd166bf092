// Made from `client/main.ts` by `pnpm run assets`; do not edit.
// biome-ignore-all format: it is one text
// biome-ignore-all lint: it is one text
import type { Asset } from './asset.ts';

/** Holds what was made from `client/main.ts`. */
export const pageScript: Asset = {
  name: 'page-b85eb5fac4.js',
  body: `var z={overview:"Overview",jobs:"Jobs",job:"Job",failures:"Failures",schedules:"Schedules",workers:"Workers",metrics:"Metrics"};function Ze(e){if(e.page==="job")return\`\${e.data.name} \${e.data.id} · Jobs\`;let t=e.page==="overview"?e.data.health.problems:[];return\`\${t.length>0?\`(\${t.length}) \`:""}\${z[e.page]} · Jobs\`}var k,Xe,Vo,J,Ne,le,et,ae,tt,De,Ve,Do,X=Symbol.for("pv"),de={},ue=[],Po=/^m(i|n|o|s|text|space)$/,Pe=Array.isArray,je=ue.slice,Q=Object.assign;function W(e){e&&e.parentNode&&e.remove()}function ot(e,t,o){var n,a,r,i={},s=arguments.length;for(r in t)r=="key"?n=t[r]:r=="ref"&&typeof e!="function"?a=t[r]:i[r]=t[r];return s>2&&(i.children=s>3?je.call(arguments,2):o),Y(e,i,n,a,null)}function Y(e,t,o,n,a){var r={type:e,props:t,key:o,ref:n,__k:null,__:null,__b:0,__e:null,__c:null,constructor:X,__v:a||++Xe,__i:-1,__u:0};return!a&&k.vnode&&k.vnode(r),r}function ee(e){return e.children}function ie(e,t){this.props=e,this.context=t,this.__g=0}function M(e,t){if(t==null)return e.__&&M(e.__,e.__i+1);for(var o;t<e.__k.length;t++)if((o=e.__k[t])&&o.__e)return o.__e;return typeof e.type!="function"||e.props.__P?null:M(e)}function jo(e){var t,o=e.__v,n=o.__e,a=[],r=[],i=e.__P;i&&((t=Q({constructor:X},o)).__v=o.__v+1,k.vnode&&k.vnode(t),Re(i,t,o,e.__n,i.namespaceURI,32&o.__u?[n]:null,a,n||M(o),32&o.__u,r),t.__v=o.__v,t.__.__k[t.__i]=t,lt(a,t,r),o.__=o.__e=null,t.__e!=n&&nt(t))}function nt(e){if((e=e.__)&&e.__c&&!e.props.__P)return e.__e=null,e.__k.some(function(t){return t&&(e.__e=t.__e)}),nt(e)}function ze(e){(8&e.__g||(e.__g|=8,J.push(e),le++))&&Ne==k.debounceRendering||((Ne=k.debounceRendering)||queueMicrotask)(rt)}function rt(){try{for(var e,t=1;J.length;)J.length>t&&J.sort(et),e=J.shift(),t=J.length,8&e.__g&&jo(e)}finally{(le=J.length)&&(Ne||queueMicrotask)(rt)}}function at(e,t,o,n,a,r,i,s,d,m,c){var g,p,u,y,S,w,v=n.__k||ue,$=t.length;for(d=Ro(o,t,v,d,$),g=0;g<$;g++)(u=o.__k[g])!=null&&(p=~u.__i&&v[u.__i]||de,u.__i=g,w=Re(e,u,p,a,r,i,s,d,m,c),y=u.__e,(p.ref!=u.ref||8&p.__u)&&(p.ref&&Ee(p.ref,null,u,p),u.ref&&c.push(u.ref,u.__c||y,u)),S=S||y,4&u.__u?(d=it(u,d,e,!p.__v),p.__e&&(p.__e=null)):typeof u.type=="function"&&w!==void 0?d=w:y&&(d=y.nextSibling),u.__u&=-21);return o.__e=S,d}function Ro(e,t,o,n,a){var r,i,s,d,m,c,g,p,u,y=o.length,S=y,w=0,v=0,$=e.__k=Array(a);for(r=0;r<a;r++)(i=t[r])!=null&&typeof i!="boolean"&&typeof i!="function"?(typeof i!="object"||i.constructor===String?i=$[r]=Y(null,i):Pe(i)?i=$[r]=Y(ee,{children:i}):i.constructor===X&&i.__b?i=$[r]=Y(i.type,i.props,i.key,i.ref,i.__v):$[r]=i,d=r+w,i.__=e,i.__b=e.__b+1,s=null,~(m=i.__i=Eo(i,o,d,S))&&(S--,(s=o[m])&&(s.__u|=2)),s&&s.__v?(i.__u|=16,m==d-1?w--:m==d+1?w++:m!=d&&(m>d?w--:w++,v=1)):(~m||(a>y?w--:a<y&&w++),typeof i.type!="function"&&(i.__u|=4))):$[r]=null;if(v){for(c=[],g=[],r=0;r<a;r++)if((i=$[r])&&16&i.__u){for(w=0,p=c.length;w<p;)c[u=w+p>>1]<i.__i?w=u+1:p=u;c[w]=i.__i,g[r]=w+1}for(w=c.length;r--;)g[r]&&(g[r]==w?w--:$[r].__u|=4)}if(S)for(r=0;r<y;r++)!(s=o[r])||2&s.__u||(s.__e==n&&(n=M(s)),Oe(s,s));return n}function it(e,t,o,n){var a,r,i,s;if(typeof e.type=="function"){if(e.props.__P)return t;if(a=e.__k)for(r=0;r<a.length;r++)a[r]&&(a[r].__=e,t=it(a[r],t,o,!1));return t}for(t&&!t.parentNode&&(t=M(e))&&!t.parentNode&&(t=null),i=e.__e,s=t;s&&s.nodeType==8;)s=s.nextSibling;for(i!=s&&(!n&&o.moveBefore&&i.parentNode?o.moveBefore(i,t):o.insertBefore(i,t||null)),t=i;(t=t&&t.nextSibling)&&t.nodeType==8&&!t.data.startsWith("$s"););return t}function Eo(e,t,o,n){var a,r=e.key,i=e.type,s=t[o],d=s&&!(2&s.__u);if(s===null&&r==null||d&&r==s.key&&i==s.type)return o;if(n>(d?1:0)){for(a=o-1;a>=0;a--)if((s=t[a])&&!(2&s.__u)&&r==s.key&&i==s.type)return a;for(a=o+1;a<t.length;a++)if((s=t[a])&&!(2&s.__u)&&r==s.key&&i==s.type)return a}return-1}function Ye(e,t,o){o==null&&(o=""),t[0]=="-"?e.setProperty(t,o):e[t]=o}function re(e,t,o,n,a){var r,i;if(t=="style")if(typeof o=="string")e.style.cssText=o;else{if(typeof n=="string"&&(e.style.cssText=n=""),n)for(t in n)o&&t in o||Ye(e.style,t);if(o)for(t in o)n&&o[t]==n[t]||Ye(e.style,t,o[t])}else if(t[0]=="o"&&t[1]=="n")typeof o!="function"&&(o=null),typeof n!="function"&&(n=null),(e.__e||(e.__e={}))[t]=o,o&&n||(i=Ve[t]||(Ve[t]=Oo(t)),(e.__a||(e.__a={}))[t]=De,r=t!=(t=t.replace(tt,"$1")),(t=t.slice(2))[0]<"a"&&(t=t.toLowerCase()),o?e.addEventListener(t,i,r):e.removeEventListener(t,i,r));else{if(a=="http://www.w3.org/2000/svg")t=t.replace(/xlink(H|:h)/,"h").replace(/sName$/,"s");else if(t!="width"&&t!="height"&&t!="href"&&t!="list"&&t!="form"&&t!="tabIndex"&&t!="download"&&t!="rowSpan"&&t!="colSpan"&&t!="role"&&t!="popover"&&t in e)try{return void(e[t]=o??"")}catch{}if(typeof o=="function")return;o==null||o===!1&&t[4]!="-"?e.removeAttribute(t):e.setAttribute(t,t=="popover"&&o==1?"":o)}}function Oo(e){return function(t){var o=this.__e;if(o){if(o=o[e],t[ae]==null)t[ae]=De++;else if(t[ae]<this.__a[e])return;return o(k.event?k.event(t):t)}}}function Re(e,t,o,n,a,r,i,s,d,m){var c,g,p,u,y,S,w,v,$,C,x,Te,Ge,ne,B,Ke,O,I,E=t.type;if(t.constructor!==X)return null;128&o.__u&&(d=32&o.__u,c=o.__c.__z)&&(t.__u|=d,g=r=[],c.nodeType==8?s=se(c,r):r.push(c),s=r[0]||s),(c=k.__b)&&c(t);e:if(typeof E=="function"){p=i.length;try{if(v=t.props,$=(c=E.prototype)&&c.render,C=(c=E.contextType)&&n[c.__c],x=c?C?C.props.value:c.__:n,(u=o.__c)?(t.__c=u,2&u.__g&&(u.__g|=1)):($?t.__c=u=new E(v,x):(t.__c=u=new ie(v,x),u.constructor=E,u.render=Mo),C&&C.sub(u),u.state||(u.state={}),u.__n=n,u.__g|=8,u.__h=[],u.__k=[]),$&&(u.__s||(u.__s=u.state),E.getDerivedStateFromProps&&(u.__s==u.state&&(u.__s=Q({},u.__s)),Q(u.__s,E.getDerivedStateFromProps(v,u.__s)))),y=u.props,S=u.state,u.__v=t,o.__c){if(v!==y&&$&&!E.getDerivedStateFromProps&&u.componentWillReceiveProps&&u.componentWillReceiveProps(v,x),t.__v==o.__v&&!(8&u.__g)||!(4&u.__g)&&u.shouldComponentUpdate&&u.shouldComponentUpdate(v,u.__s,x)===!1){t.__v!=o.__v&&(u.props=v,u.state=u.__s,u.__g&=-9),t.__e=o.__e,t.__k=o.__k,t.__k.some(function(D){D&&(D.__=t)}),ue.push.apply(u.__h,u.__k),u.__k=[],u.__h.length&&i.push(u),s=M(o);break e}u.componentWillUpdate&&u.componentWillUpdate(v,u.__s,x),$&&u.componentDidUpdate&&u.__h.push(function(){u.componentDidUpdate(y,S,w)})}else $&&!E.getDerivedStateFromProps&&u.componentWillMount&&u.componentWillMount(),$&&u.componentDidMount&&u.__h.push(u.componentDidMount);u.context=x,u.props=v,u.__P=e,u.__g&=-5,Te=k.__r,Ge=$?25:0;do u.__g&=-9,Te&&Te(t),c=u.render(u.props,u.state=u.__s,u.context);while(8&u.__g&&++Ge<25);$&&(ue.push.apply(u.__h,u.__k),u.__k=[]),u.state=u.__s,u.getChildContext&&(n=Q({},n,u.getChildContext())),$&&o.__c&&u.getSnapshotBeforeUpdate&&(w=u.getSnapshotBeforeUpdate(y,S)),ne=c&&c.type===ee&&c.key==null?c.props.children:c,v.__P&&(c=s,a=(e=v.__P).namespaceURI,d=r=null,o.props&&o.props.__P!=e&&(o.__k.some(function(D){D&&Oe(D,D)}),o.__k=null),s=o.__k?M(o,0):null),s=at(e,Pe(ne)?ne:[ne],t,o,n,a,r,i,s,d,m),v.__P&&(t.__e=null,s=c),t.__u&=-161,g&&g.some(W),u.__h.length&&i.push(u),1&u.__g&&(u.__g&=-4)}catch(D){if(i.length=p,t.__v=null,d||r)if(D&&D.then){if(t.__u|=128|d,r){for(~(O=r.indexOf(s||void 0))||(O=r.length);(I=r[O-1])&&I.nodeType==8;)O--;for(;O<r.length;O++)if(I=r[O])if(r[O]=null,B){if(I==Ke)break}else{if(I.nodeType!=8)break;I.data.startsWith("$s")&&(Ke=se(B=I))}}if(!B){for(;s&&s.nodeType==8&&s.nextSibling;)s=s.nextSibling;B=s}(c=se(B=t.__c.__z||(t.__c.__z=B)))?(t.__e=B,s=c):t.__e=s,s=s&&s.nextSibling}else r&&r.some(W);else t.__e=o.__e;t.__k||(t.__k=o.__k||[]),D&&D.then||st(t),k.__e(D,t,o)}}else s=t.__e=Jo(o.__e,t,o,n,a,r,i,d,m,e);return(c=k.diffed)&&c(t),s}function se(e,t){if(e&&e.nodeType==8&&e.data.startsWith("$s"))for(var o=1;e=e.nextSibling;){if(e.nodeType==8){if(e.data.startsWith("$s"))o++;else if(e.data.startsWith("/$s")&&!--o)return e}t&&t.push(e)}}function st(e){e&&(e.__c&&(e.__c.__g|=4),e.__k&&e.__k.some(st))}function lt(e,t,o){for(var n=0;n<o.length;)Ee(o[n++],o[n++],o[n++]);k.__c&&k.__c(t,e),e.some(function(a){try{e=a.__h,a.__h=[],e.some(function(r){r.call(a)})}catch(r){k.__e(r,a.__v)}})}function Jo(e,t,o,n,a,r,i,s,d,m){var c,g,p,u,y,S,w,v,$=o.props||de,C=t.props,x=t.type;if(x=="svg"?a="http://www.w3.org/2000/svg":x=="math"?a="http://www.w3.org/1998/Math/MathML":a||(a="http://www.w3.org/1999/xhtml"),r){for(c=0;c<r.length;c++)if((y=r[c])&&(x?y.localName==x:y.nodeType==3)){e=y,r[c]=null;break}}if(!e){if(v=m.ownerDocument||document,!x)return v.createTextNode(C);e=v.createElementNS(a,x,C.is?C:m),s&&(k.__m&&k.__m(t,r),s=!1),r=null}if(x){if(m=x=="template"&&e.content||e,r=x=="textarea"&&C.defaultValue!=null?null:r&&je.call(m.childNodes),!s&&r)for($={},c=0;c<e.attributes.length;c++)$[(y=e.attributes[c]).name]=y.value;for(c in $)y=$[c],c=="dangerouslySetInnerHTML"?p=y:c=="children"||c in C||c=="value"&&"defaultValue"in C||c=="checked"&&"defaultChecked"in C||re(e,c,null,y,a);for(c in C)y=C[c],c=="children"?u=y:c=="dangerouslySetInnerHTML"?g=y:c=="value"?S=y:c=="checked"?w=y:s&&typeof y!="function"||$[c]===y||re(e,c,y,$[c],a);g?(s||p&&(g.__html==p.__html||g.__html==e.innerHTML)||(e.innerHTML=g.__html),t.__k=[]):(p&&(e.textContent=""),(x=="foreignObject"||a=="http://www.w3.org/1998/Math/MathML"&&Po.test(x))&&(a="http://www.w3.org/1999/xhtml"),at(m,Pe(u)?u:[u],t,o,n,a,r,i,r?r[0]:o.__k&&M(o,0),s,d),r&&r.some(W)),s&&x!="textarea"||(c="value",x=="progress"&&S==null?e.removeAttribute(c):S==null||S===e[c]&&(x!="progress"||S)||re(e,c,S,$[c],a),c="checked",w!=null&&w!=e[c]&&re(e,c,w,$[c],a))}else $===C||s&&e.data==C||(e.data=C);return e}function Ee(e,t,o,n){try{typeof e=="function"?t?t.__x=e(t)||1:n&&(n=n.__c||n.__e)&&(t=n.__x)&&(n.__x=null,typeof t=="function"?t():e(null)):e.current=t}catch(a){k.__e(a,o)}}function Oe(e,t,o){var n,a,r,i;if(k.unmount&&k.unmount(e),!(n=e.ref)||n.current&&n.current!=e.__e||Ee(n,null,t,e),n=e.__c){if(n.componentWillUnmount)try{n.componentWillUnmount()}catch(s){k.__e(s,t)}n.__P=n.__n=null}if(n=e.__k)for(i=0;i<n.length;i++)n[i]&&Oe(n[i],t,typeof e.type!="function"||o&&!e.props.__P);!o&&(n=e.__c)&&(n=n.__z)&&(a=se(n,r=[]))&&(n==e.__e&&r.some(W),W(a),W(n)),o||W(e.__e),e.__e=e.__c=e.__=null}function Mo(e,t,o){return this.constructor(e,o)}function Je(e,t){var o,n,a,r;k.__&&k.__(e,t),t.nodeType==9&&(t=t.documentElement),n=(o=e&&32&e.__u)?null:t.__k,t.__k=Y(ee,{children:[e]}),a=[],r=[],Re(t,t.__k,n||de,de,t.namespaceURI,n?null:t.firstChild?je.call(t.childNodes):null,a,n?n.__e:t.firstChild,o,r),lt(a,t.__k,r),t.__k.props.children=null}function dt(e,t){e&&typeof e=="object"&&(e.__u|=32),Je(e,t)}k={__e:function(e,t,o,n){for(var a,r,i;t=t.__;)if((a=t.__c)&&!(1&a.__g)){a.__g|=4;try{if((i=(r=a.constructor)&&r.getDerivedStateFromError)&&a.setState(r.getDerivedStateFromError(e)),a.componentDidCatch&&(a.componentDidCatch(e,n||{}),i=1),i&&8&a.__g)return void(a.__g|=2)}catch(s){e=s}}throw le=0,e}},Xe=0,Vo=function(e){return e!=null&&e.constructor===X},ie.prototype.setState=function(e,t){var o=this.__s;o&&o!=this.state||(o=this.__s=Q({},this.state)),typeof e=="function"&&(e=e(Q({},o),this.props)),e&&(Q(o,e),this.__v&&(t&&this.__k.push(t),ze(this)))},ie.prototype.forceUpdate=function(e){this.__v&&(this.__g|=4,e&&this.__h.push(e),ze(this))},ie.prototype.render=ee,J=[],le=0,et=function(e,t){return e.__v.__b-t.__v.__b},ae=Symbol(),tt=/(PointerCapture)$|Capture$/i,De=0,Ve={},Do=0;function ut({data:e}){return"away"in e?e.away.length:0}function f(e){return String(Math.round(e)).replace(/\\B(?=(\\d{3})+$)/g,",")}function ce(e){let t=e*100,o=t>0&&t<10?1:0;return\`\${Number(t.toFixed(o))} %\`}function j(e){return e>=100?f(e):String(Number(e.toFixed(1)))}function T(e,t,o=\`\${t}s\`){return\`\${f(e)} \${e===1?t:o}\`}var mt=function(e,t,o,n){var a;t[0]=0;for(var r=1;r<t.length;r++){var i=t[r++],s=t[r]?(t[0]|=i?1:2,o[t[r++]]):t[++r];i===3?n[0]=s:i===4?n[1]=Object.assign(n[1]||{},s):i===5?(n[1]=n[1]||{})[t[++r]]=s:i===6?n[1][t[++r]]+=s+"":i?(a=e.apply(s,mt(e,s,o,["",null])),n.push(a),s[0]?t[0]|=2:(t[r-2]=0,t[r]=a)):n.push(s)}return n},ct=new Map;function pt(e){var t=ct.get(this);return t||(t=new Map,ct.set(this,t)),(t=mt(this,t.get(e)||(t.set(e,t=(function(o){for(var n,a,r=1,i="",s="",d=[0],m=function(p){r===1&&(p||(i=i.replace(/^\\s*\\n\\s*|\\s*\\n\\s*$/g,"")))?d.push(0,p,i):r===3&&(p||i)?(d.push(3,p,i),r=2):r===2&&i==="..."&&p?d.push(4,p,0):r===2&&i&&!p?d.push(5,0,!0,i):r>=5&&((i||!p&&r===5)&&(d.push(r,0,i,a),r=6),p&&(d.push(r,p,0,a),r=6)),i=""},c=0;c<o.length;c++){c&&(r===1&&m(),m(c));for(var g=0;g<o[c].length;g++)n=o[c][g],r===1?n==="<"?(m(),d=[d],r=3):i+=n:r===4?i==="--"&&n===">"?(r=1,i=""):i=n+i[0]:s?n===s?s="":i+=n:n==='"'||n==="'"?s=n:n===">"?(m(),r=1):r&&(n==="="?(r=5,a=i,i=""):n==="/"&&(r<5||o[c][g+1]===">")?(m(),r===3&&(d=d[0]),r=d,(d=d[0]).push(2,0,r),r=0):n===" "||n==="	"||n===\`
\`||n==="\\r"?(m(),r=2):i+=n),r===3&&i==="!--"&&(r=4,d=d[0])}return m(),d})(e)),t),arguments,[])).length>1?t:t[0]}var qo=pt.bind(ot),l=qo;var Ao={retry:"retry",promote:"retry",rerun:"enqueue",update:"enqueue","retry-matching":"retry","promote-matching":"retry","acknowledge-matching":"retry","cancel-matching":"cancel",cancel:"cancel",remove:"remove","remove-matching":"remove",duplicate:"enqueue",edit:"enqueue",pause:"pause",resume:"pause","pause-jobs":"pause","resume-jobs":"pause",trigger:"schedule","pause-schedule":"schedule","resume-schedule":"schedule",backfill:"schedule",reveal:"reveal"};function Me({can:e},t){return t==="select"||e.includes(Ao[t])}function b(e,t,o,n,a="plain"){if(Me(e,t.do))return l\`<button
    type="button"
    class="act \${a}"
    aria-label=\${\`\${o} \${n}\`.trim()}
    onClick=\${e.on(t)}
  >\${o}</button>\`}var ft=[["d",864e5],["h",36e5],["min",6e4],["s",1e3]];function me(e){return Math.max(...e)>=1e3?e.map(_).join(" · "):\`\${e.map(n=>n>0&&n<1?"<1":String(Math.round(n))).join(" · ")} ms\`}function _(e){if(e<1)return e<=0?"0 ms":"< 1 ms";if(e<1e3)return\`\${Math.round(e)} ms\`;if(e<9950)return\`\${Number((e/1e3).toFixed(1))} s\`;if(e<59500)return\`\${Math.round(e/1e3)} s\`;for(let[t,[o,n]]of ft.entries()){if(e<n)continue;let[a,r]=ft[t+1]??["ms",1],i=Math.floor(e/n),s=Math.floor((e-i*n)/r);return s===0||i>=10?\`\${i} \${o}\`:\`\${i} \${o} \${s} \${a}\`}return\`\${Math.round(e/1e3)} s\`}function qe(e,t){let o=Math.abs(t-e);if(o<1e3)return"now";let[n=""]=/^\\S+ \\S+/.exec(_(Math.round(o/1e3)*1e3))??[];return e<=t?\`\${n} ago\`:\`in \${n}\`}function N(e,t,o){let n=new Date(e).toISOString();return l\`<time datetime=\${n} title=\${H(e,o)}>\${qe(e,t)}</time>\`}function H(e,t="UTC"){return new Intl.DateTimeFormat("en-GB",{timeZone:t,day:"numeric",month:"short",year:"numeric",hour:"2-digit",minute:"2-digit",second:"2-digit",timeZoneName:"short"}).format(e)}function U(e,t="UTC"){return new Intl.DateTimeFormat("en-GB",{timeZone:t,weekday:"short",day:"numeric",month:"short",hour:"2-digit",minute:"2-digit"}).format(e)}function pe(e,t="UTC"){return new Intl.DateTimeFormat("en-GB",{timeZone:t,hour:"2-digit",minute:"2-digit",second:"2-digit",fractionalSecondDigits:3}).format(e)}function P({now:e},t){return t.map(({queue:o,at:n})=>l\`<p class="notice bad" key=\${o}>
      The store of <code><bdi>\${o}</bdi></code> does not answer\${n!==void 0&&l\`, last known \${N(n,e)}\`}. What is shown is of the others.
    </p>\`)}function q(e,t){if(t.length===0)return\`No \${e}.\`;let o=t.map(({queue:n})=>n).join(", ");return\`No \${e} in the queues that answer; \${o} cannot be read.\`}function A(e){return l\`<bdi class="short" title=\${e.length>20?e:void 0}>\${e}</bdi>\`}function h(e,t,o={},n){if(e===void 0)return;let a=Object.entries(o).filter(([,d])=>d!==void 0&&d!==""),r=new URLSearchParams(a.map(([d,m])=>[d,String(m)])).toString(),i=t==="overview"?e:\`\${e}-/\${t}\`,s=n===void 0?"":\`#\${encodeURIComponent(n)}\`;return\`\${i}\${r===""?"":\`?\${r}\`}\${s}\`}function G(e,{chosen:t,counts:o,query:n={}}){if(e.queues.length<2)return;let a=(r,i,s)=>l\`<a
    key=\${i}
    href=\${h(e.root,e.page,{...n,queue:r})}
    aria-current=\${r===t?"true":void 0}
  >\${A(i)}\${s!==void 0&&l\` <small>\${f(s)}</small>\`}</a>\`;return l\`<nav class="choice" aria-label="Queue">
    \${a(void 0,"all queues")}
    \${e.queues.map(r=>a(r,r,o?.[r]))}
  </nav>\`}function fe(e,t,o){let{cursor:n,total:a,exact:r=!1}=t,i=Math.min(t.before+t.scanned,a),s=t.before>0;if(n===void 0&&!s)return;let d=s&&l\`<a href=\${h(e.root,e.page,o)}>Back to the newest</a>\`,m=n!==void 0&&l\`<a href=\${h(e.root,e.page,{...o,cursor:n,scanned:t.before+t.scanned})}>\${r?"Older":"Continue"}</a>\`;return l\`<p class="scan">
    <span>\${r?\`\${f(t.before+1)} to\`:"Scanned"} \${f(i)} of \${f(a)}</span> \${m} \${d}
  </p>\`}function ht(e){return e.length>24?\`\${e.slice(0,10)}…\`:e}function V({caption:e,columns:t,rows:o,key:n,empty:a}){return o.length===0?l\`<p class="empty">\${a}</p>\`:l\`<table role="table">
    <caption class="quiet">\${e}</caption>
    <thead role="rowgroup"><tr role="row">\${t.map(Lo)}</tr></thead>
    <tbody role="rowgroup">\${o.map(r=>l\`<tr role="row" key=\${n(r)}>\${t.map(i=>Fo(i,r))}</tr>\`)}</tbody>
  </table>\`}function Lo({label:e,numeric:t,quiet:o,kind:n=""}){let a=o?l\`<span class="quiet">\${e}</span>\`:e;return l\`<th role="columnheader" scope="col" class=\${\`\${t?"num ":""}\${n}\`.trim()}>\${a}</th>\`}function Fo({label:e,numeric:t,quiet:o,kind:n="",cell:a},r){let i=\`\${t?"num ":""}\${n}\`.trim();return l\`<td role="cell" class=\${i} data-label=\${o?"":e}>\${a(r)}</td>\`}function he(e,t,{empty:o="No failed jobs.",isShort:n=!1}={}){let{root:a,now:r}=e,i={label:"First",numeric:!0,cell:({firstAt:d})=>N(d,r)},s={label:"Sample",cell:({queue:d,sampleId:m})=>l\`<a class="id short" title=\${m} href=\${h(a,"job",{queue:d,id:m})}>\${ht(m)}</a>\`};return V({caption:"Failures by cause",rows:t,key:({queue:d,key:m})=>\`\${d} \${m}\`,empty:o,columns:[{label:"Cause",kind:"cause",cell:d=>Wo(e,d)},...e.queues.length>1?[Bo(e)]:[],{label:"Jobs",numeric:!0,cell:Io},...n?[]:[i],{label:"Last",numeric:!0,cell:({lastAt:d})=>N(d,r)},...n?[]:[s],{label:"Actions",quiet:!0,kind:"actions",cell:d=>Qo(e,d)}]})}function Bo({root:e}){return{label:"Queue",cell:({queue:t})=>l\`<a href=\${h(e,"failures",{queue:t})}>\${A(t)}</a>\`}}function Io({count:e,unattended:t}){if(t===e)return f(e);let o=t===0?"known":\`\${f(e-t)} known\`;return l\`<span>\${f(e)} <small>\${o}</small></span>\`}function Wo({root:e},{queue:t,key:o,name:n,errorName:a,code:r,message:i}){return l\`<span>
    <a href=\${h(e,"jobs",{queue:t,q:gt(o)})}><b><bdi>\${n}</bdi></b></a>\${" "}
    <span class="error clamp"><bdi>\${r??a}: \${i===""?"no message":i}</bdi></span>
  </span>\`}function Qo(e,{queue:t,key:o,name:n,count:a,unattended:r}){let i={queues:[t],search:gt(o)},s=\`the \${f(a)} jobs \${n} of this cause\`;return l\`<span class="buttons">
    \${b(e,{do:"retry-matching",...i},"Retry",s)}
    \${r>0&&b(e,{do:"acknowledge-matching",...i},"Acknowledge",s)}
    \${b(e,{do:"remove-matching",...i},"Remove",s,"danger")}
  </span>\`}function gt(e){return\`status:failed group:\${e}\`}function yt(e,t){let{queue:o,groups:n,total:a,counts:r,away:i}=t,s={queues:Object.keys(r),search:"status:failed"},d=\`\${f(a)} failed jobs of \${o??"all queues"}\`;return l\`<main id="main">
    <header class="title">
      <h1>Failures <small>\${f(a)} in <bdi>\${o??"all queues"}</bdi></small></h1>
      \${G(e,{chosen:o,counts:r})}
      \${a>0&&b(e,{do:"retry-matching",...s},"Retry all",d)}
      \${a>0&&b(e,{do:"acknowledge-matching",...s},"Acknowledge all",d)}
    </header>
    \${P(e,i)}
    <section class="card">
      \${he(e,n,{empty:q("failed jobs",i)})}
      \${fe(e,t,{queue:o})}
      \${o===void 0&&t.scanned<a&&l\`<p class="more">The latest \${f(t.scanned)} of \${f(a)} were looked at; choose a queue to go on.</p>\`}
    </section>
  </main>\`}function L(e){return l\`<span class="badge \${e}">\${e}</span>\`}function bt({timeZone:e},{attempts:t,logTotal:o}){if(t.length===0)return;let n=t.reduce((a,{lines:r})=>a+r.length,0);return l\`<section class="card">
    <h2>Attempts \${n<o&&l\`<small>last \${n} of \${f(o)} log lines</small>\`}</h2>
    \${t.map(a=>Uo(a,e))}
  </section>\`}function Uo({attempt:e,error:t,failedAt:o,ranMs:n,worker:a,lines:r,wasRepeated:i},s){return l\`<section class="attempt" key=\${e}>
    <h3>Attempt \${e} \${o!==void 0&&l\`<small>failed \${H(o,s)}, after \${_(n??0)}\${a!==void 0&&l\`, on <bdi>\${a}</bdi>\`}</small>\`}</h3>
    \${t&&Ae(t)}
    \${i&&l\`<p class="note">Failed, and was repeated. Its error is not kept, or too long for this page.</p>\`}
    \${r.length>0&&l\`<ol class="log" tabindex="0" aria-label=\${\`Log of attempt \${e}\`}>\${r.map(({at:d,message:m},c)=>l\`<li key=\${c}>
        <time datetime=\${new Date(d).toISOString()} title=\${H(d,s)}>\${pe(d,s)}</time>
        <span>\${m}</span>
      </li>\`)}</ol>\`}
  </section>\`}function Ae(e){let{name:t,message:o,code:n,details:a,stack:r,cause:i,errors:s=[]}=e;return l\`<div class="failure">
    <p class="error"><b>\${n??t}</b> \${o===""?"no message":o}</p>
    \${a&&l\`<pre tabindex="0" aria-label="Details of the error">\${JSON.stringify(a,null,2)}</pre>\`}
    \${r&&l\`<details><summary>Stack</summary><pre tabindex="0">\${r}</pre></details>\`}
    \${i&&l\`<details open><summary>Caused by</summary>\${Ae(i)}</details>\`}
    \${s.length>0&&l\`<details><summary>\${s.length} errors together</summary>\${s.map(Ae)}</details>\`}
  </div>\`}function wt({queue:e,id:t,status:o}){let a=["show",...Ho[o]??[]].map(r=>\`philjs-jobs \${r} \${$t(t)} --queue \${$t(e)}\`);return l\`<details class="card">
    <summary><h2>Command line</h2></summary>
    <pre tabindex="0">\${a.join(\`
\`)}</pre>
  </details>\`}var Ho={failed:["retry","acknowledge","remove"],cancelled:["retry","remove"],completed:["rerun","remove"],delayed:["promote","update","cancel","remove"],waiting:["update","cancel","remove"],active:["cancel","logs -f"],blocked:["cancel"]};function $t(e){return/^[\\w@%+=:,./-]+$/.test(e)&&!e.startsWith("-")?e:\`'\${e.replaceAll("'","'\\\\''")}'\`}function _t(e,{queue:t,id:o,status:n,revealed:a}){let r=\`job \${o}\`,i=[o],s=(d,m)=>d.includes(n)&&(m??!1);return l\`<div class="buttons" role="group" aria-label="Actions">
    \${s(["failed","cancelled"],b(e,{do:"retry",queue:t,ids:i},"Retry",r,"main"))}
    \${s(["failed","cancelled","completed"],b(e,{do:"edit",queue:t,id:o},"Run again with edits",r))}
    \${s(["failed","cancelled","completed","waiting","delayed"],b(e,{do:"duplicate",queue:t,ids:i},"Duplicate",r))}
    \${s(["delayed"],b(e,{do:"promote",queue:t,ids:i},"Run now",r))}
    \${s(["waiting","delayed","active","blocked"],b(e,{do:"cancel",queue:t,ids:i},"Cancel",r,"danger"))}
    \${s(["failed","cancelled","completed","waiting","delayed","blocked"],b(e,{do:"remove",queue:t,ids:i},"Remove",r,"danger"))}
    \${!a&&b(e,{do:"reveal",queue:t,id:o},"Reveal",\`what is masked of \${r}\`)}
  </div>\`}function vt({now:e,timeZone:t},o){let n=Go(o,e);return l\`<section class="card">
    <h2>Timeline</h2>
    \${Zo(o)}
    <ol class="timeline">\${n.map(({label:a,at:r},i)=>l\`<li key=\${a}>
        <b>\${a}</b> \${N(r,e)}
        <small>\${H(r,t)}\${Ko(n[i-1],r)}</small>
      </li>\`)}</ol>
  </section>\`}function Go({createdAt:e,runAt:t,processedAt:o,finishedAt:n,status:a},r){let i=[{label:"Enqueued",at:e}];return t>e&&i.push({label:t>r?"Due":"Ready",at:t}),o!==void 0&&i.push({label:"Started",at:o}),n!==void 0&&i.push({label:a==="completed"?"Completed":"Failed",at:n}),i.sort((s,d)=>s.at-d.at)}function Ko(e,t){return e===void 0?"":\`, \${_(t-e.at)} later\`}function Zo({waitMs:e,runMs:t}){if(e===void 0||t===void 0||e+t===0)return;let o=e/(e+t)*100,n=\`waited \${_(e)}, ran \${_(t)}\`;return l\`<figure class="share">
    <svg viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label=\${n}>
      <rect class="wait" width=\${o} height="6" />
      <rect class="run" x=\${o} width=\${100-o} height="6" />
    </svg>
    <figcaption>\${n}</figcaption>
  </figure>\`}function kt(e,t){let{queue:o,name:n,id:a,status:r}=t;return l\`<main id="main">
    <header class="title">
      <p class="crumb">
        <a href=\${h(e.root,"jobs",{queue:o})}><bdi>\${o}</bdi></a>
      </p>
      <h1><bdi>\${n}</bdi> \${L(r)}</h1>
      <p class="id"><bdi>\${a}</bdi></p>
      \${_t(e,t)}
    </header>
    \${t.revealed&&l\`<p class="notice">Nothing is masked on this page. It is in the audit log.</p>\`}
    \${Yo(t,e)}
    \${Xo(t)}
    <div class="columns">
      <div class="wide">
        <section class="card"><h2>Payload</h2>\${ge(t.payload)}</section>
        \${t.result&&l\`<section class="card"><h2>Result</h2>\${ge(t.result)}</section>\`}
        \${bt(e,t)}
      </div>
      <div>
        \${vt(e,t)}
        <section class="card"><h2>Facts</h2>\${en(e,t)}</section>
        \${t.metadata&&l\`<section class="card"><h2>Metadata</h2>\${ge(t.metadata)}</section>\`}
        \${wt(t)}
      </div>
    </div>
  </main>\`}var zo=new Set(["waiting","delayed","blocked"]);function Yo({reasons:e,status:t},{now:o}){if(zo.has(t))return l\`<section class="card" aria-label="Why it is not running">
    <h2>Why it is not running</h2>
    <ul class="reasons">\${e.map(({message:n,until:a})=>l\`<li>\${n}\${a!==void 0&&l\` <small>\${qe(a,o)}</small>\`}</li>\`)}</ul>
  </section>\`}function Xo({percent:e,progress:t}){return e!==void 0?l\`<p class="progress">
      <label>Progress <progress max="100" value=\${e}>\${e} %</progress> \${e} %</label>
    </p>\`:t&&l\`<section class="card"><h2>Progress</h2>\${ge(t)}</section>\`}function ge({text:e,cut:t}){return l\`<div>
    <pre tabindex="0">\${e}</pre>
    \${t&&l\`<p class="more">Cut here: the value is longer than a page shows.</p>\`}
  </div>\`}function en({root:e},t){let{queue:o,parentId:n,waitMs:a,runMs:r}=t,i=[["Queue",l\`<a href=\${h(e,"jobs",{queue:o})}>\${o}</a>\`],["Attempts",\`\${t.attemptsMade} of \${t.maxAttempts}\`],["Waited",a===void 0?"–":_(a)],["Ran",r===void 0?"–":_(r)],["Priority",t.priority],["Version",t.version],["Starts",t.fencingToken],...t.stalledCount>0?[["Lost its worker",\`\${t.stalledCount} ×\`]]:[],...n===void 0?[]:[["Parent",l\`<a class="id" href=\${h(e,"job",{queue:o,id:n})}>\${n}</a>\`]]];return l\`<dl>\${i.map(([s,d])=>l\`<div key=\${s}><dt>\${s}</dt><dd>\${d}</dd></div>\`)}</dl>\`}var ye=["blocked","delayed","waiting","active","failed","cancelled","completed"];function xt(e,t){if(!["retry","cancel","remove"].some(n=>Me(e,n))||t.jobs.length===0)return;let o=t.jobs.filter(n=>e.selected.has(F(n)));return l\`<div class="bulk act" role="group" aria-label="Selected jobs">
    \${tn(e,t)}
    \${o.length>0?on(e,o):nn(e,t)}
  </div>\`}function F({queue:e,id:t}){return JSON.stringify([e,t])}function tn(e,{jobs:t}){let o=t.map(F),n=o.every(a=>e.selected.has(a));return l\`<label class="tick">
    <input type="checkbox" checked=\${n} onChange=\${e.on({do:"select",ids:o,on:!n})} />
    All \${f(o.length)} shown
  </label>\`}function on(e,t){let o=T(t.length,"selected job"),n=[...new Set(t.map(({queue:s})=>s))],[a,...r]=n.map(s=>({queue:s,ids:t.filter(d=>d.queue===s).map(({id:d})=>d)}));if(a===void 0)return;let i={...a,...r.length>0&&{also:r}};return l\`<span class="buttons">
    <span>\${f(t.length)} selected</span>
    \${b(e,{do:"retry",...i},"Retry",o)}
    \${b(e,{do:"promote",...i},"Run now",o)}
    \${b(e,{do:"cancel",...i},"Cancel",o,"danger")}
    \${b(e,{do:"remove",...i},"Remove",o,"danger")}
  </span>\`}function nn(e,t){let{search:o,mistake:n,stats:a}=t;if(n!==void 0)return;let r={queues:Object.keys(t.counts),search:o},i=(...s)=>s.some(d=>a[d]>0&&rn(o,d));return l\`<span class="buttons">
    \${i("failed")&&b(e,{do:"retry-matching",...r},an(t),"")}
    \${i("failed")&&b(e,{do:"acknowledge-matching",...r},"Acknowledge","all that match and failed")}
    \${i("delayed")&&b(e,{do:"promote-matching",...r},"Run now","all that match and are delayed")}
    \${i("waiting","delayed","active")&&b(e,{do:"cancel-matching",...r},"Cancel","all that match and have not ended","danger")}
    \${o.trim()!==""&&b(e,{do:"remove-matching",...r},\`Remove \${sn(t)}\`,"and do not run","danger")}
  </span>\`}function rn(e,t){let o=e.match(/\\bstatus:\\w+/g)??[];return o.length===0||o.includes(\`status:\${t}\`)}function an(e){let{search:t,stats:o}=e;return t===""||t==="status:failed"?\`Retry all \${f(o.failed)} failed\`:"Retry all that match and failed"}function sn({exact:e,total:t}){return e?\`all \${f(t)} that match\`:"all that match"}function Ct(e,{jobs:t},o,n){let a={label:"Select",quiet:!0,kind:"tick",cell:i=>l\`<input
      type="checkbox"
      class="act"
      data-row=\${F(i)}
      aria-label=\${\`Select \${i.name} \${i.id}\`}
      checked=\${e.selected.has(F(i))}
      onChange=\${e.on({do:"select",ids:[F(i)],on:!e.selected.has(F(i))})}
    />\`},r={label:"Queue",cell:({queue:i})=>l\`<a href=\${h(e.root,"jobs",{queue:i})}>\${A(i)}</a>\`};return V({caption:"Jobs",rows:t,key:F,empty:o,columns:[...n?[a]:[],{label:"State",kind:"state",cell:({status:i})=>L(i)},{label:"Job",kind:"name",cell:({queue:i,name:s,id:d})=>l\`<span>
          <a href=\${h(e.root,"job",{queue:i,id:d})}><bdi><b>\${s}</b></bdi> <bdi class="id">\${d}</bdi></a>
        </span>\`},...e.queues.length>1?[r]:[],{label:"What",kind:"cause",cell:ln},{label:"Attempts",numeric:!0,cell:({attemptsMade:i,maxAttempts:s})=>\`\${i} of \${s}\`},{label:"Ran",numeric:!0,cell:({runMs:i})=>i===void 0?"–":_(i)},{label:"Time",numeric:!0,cell:({at:i})=>N(i,e.now,e.timeZone)}]})}function ln({status:e,error:t,percent:o,preview:n}){return t!==void 0&&e!=="completed"?l\`<span class="error">\${t}</span>\`:o===void 0?l\`<span class="preview">\${n}</span>\`:l\`<progress max="100" value=\${o} aria-label="Progress">\${o} %</progress>\`}function St(e,t){let{queue:o,search:n,mistake:a,note:r}=t;return l\`<main id="main">
    <header class="title">
      <h1>Jobs <small>\${f(t.stats.total)} in <bdi>\${o??"all queues"}</bdi></small></h1>
      \${G(e,{chosen:o,counts:t.counts,query:{q:n}})}
    </header>
    \${P(e,t.away)}
    \${dn(e,t)}
    <form class="search" role="search" action=\${h(e.root,"jobs")} method="get">
      <label for="q">Search \${o??"all queues"}</label>
      <input id="q" name="q" type="search" defaultValue=\${n} autocomplete="off" list="terms" spellcheck=\${!1}
        maxlength="1000" aria-describedby="grammar" />
      \${e.queues.length>1&&o!==void 0&&l\`<input type="hidden" name="queue" value=\${o} />\`}
      <button type="submit">Search</button>
      <p id="grammar">An id, any text, or <code>status:failed name:send-email payload.user.id:42
        error:"timed out" attempts:>1 since:1h</code>, also with <code>OR</code> and <code>NOT</code></p>
    </form>
    \${a!==void 0&&l\`<p class="notice bad" role="alert">\${a}</p>\`}
    \${r!==void 0&&l\`<p class="notice">\${r}</p>\`}
    <section class="card">
      \${xt(e,t)}
      \${Ct(e,t,un(t),e.can.some(i=>i!=="read"))}
      \${fe(e,t,{queue:e.queues.length>1?o:void 0,q:n})}
    </section>
  </main>\`}function dn(e,{queue:t,stats:o,search:n}){let a=(i,s,d)=>l\`<a
    href=\${h(e.root,"jobs",{queue:t,q:s})}
    aria-current=\${n===s?"page":void 0}
  >\${i} <small>\${f(d)}</small></a>\`,r=ye.filter(i=>i!=="blocked"||o.blocked>0);return l\`<nav class="tabs" aria-label="State">
    \${a("all","",o.total)}
    \${r.map(i=>a(i,\`status:\${i}\`,o[i]))}
  </nav>\`}function un({search:e,mistake:t,cursor:o,scanned:n,before:a,away:r}){if(t!==void 0)return"Nothing was searched.";if(o!==void 0)return\`Nothing found in \${T(a+n,"job")} so far.\`;let i=r.length>0?" in the queues that answer":"";return e===""?\`No jobs\${i}.\`:\`No job matches\${i}.\`}var Tt=600,Le=120;function Nt({unit:e,lines:t},o){let n=t.flatMap(({of:s})=>o[s]).filter(s=>s!==null),a=Math.max(0,...n),r=Tt/Math.max(1,o.at.length-1),i=s=>(Le-2-s/(a||1)*(Le-6)).toFixed(1);return l\`<figure class="picture">
    <svg viewBox="0 0 \${Tt} \${Le}" preserveAspectRatio="none" aria-hidden="true">\${t.map(({of:s,label:d},m)=>l\`<path key=\${d} class=\${\`line-\${m+1}\`} d=\${cn(o[s],r,i)} />\`)}</svg>
    <figcaption>\${t.map(({label:s},d)=>l\`<span key=\${s} class=\${\`line-\${d+1}\`}>\${s}</span> \`)}<small>at most \${e==="ms"?_(a):j(a)}</small></figcaption>
  </figure>\`}function cn(e,t,o){let n=!1;return e.map((a,r)=>{if(a===null)return n=!1,"";let i=(r*t).toFixed(1),s=n?\`L\${i} \${o(a)}\`:\`M\${i} \${o(a)}h.01\`;return n=!0,s}).join("")}function Vt({title:e,unit:t,lines:o},n){let a=n.at.map((i,s)=>({at:i,index:s})).filter(({index:i})=>o.some(({of:s})=>(n[s][i]??0)>0)).reverse(),r=i=>i==null?"–":t==="ms"?_(i):j(i);return l\`<details>
    <summary>\${e} as a table</summary>
    \${V({caption:e,rows:a,key:({at:i})=>String(i),empty:"Nothing happened.",columns:[{label:"From (UTC)",cell:({at:i})=>new Date(i*1e3).toISOString().slice(0,16).replace("T"," ")},...o.map(({label:i,of:s})=>({label:i,numeric:!0,cell:({index:d})=>r(n[s][d])}))]})}
  </details>\`}var Dt={throughput:{title:"Finished jobs a minute",unit:"jobs",lines:[{label:"completed",of:"completed"},{label:"failed",of:"failed"},{label:"retried",of:"retried"}]},wait:{title:"Waiting time",unit:"ms",lines:[{label:"p50",of:"waitP50"},{label:"p95",of:"waitP95"},{label:"p99",of:"waitP99"}]},run:{title:"Running time",unit:"ms",lines:[{label:"p50",of:"runP50"},{label:"p95",of:"runP95"},{label:"p99",of:"runP99"}]}};function Pt(e,t){let{queue:o,name:n,measured:a}=t;return l\`<main id="main">
    <header class="title">
      <h1>Metrics <small><bdi>\${n??o??"all jobs"}</bdi></small></h1>
      \${G(e,{chosen:o,query:{span:t.span}})}
      \${pn(e,t)}
      \${mn(e,t)}
    </header>
    \${P(e,t.away)}
    \${!a&&l\`<p class="notice">The backend keeps no metrics.</p>\`}
    \${Object.entries(Dt).map(([r,i])=>l\`<section class="card" key=\${r}>
        <h2>\${i.title}</h2>
        <div class="chart" data-chart=\${r} role="img" aria-label=\${\`\${i.title}; the figures are in the table below it\`}>\${Nt(i,t.series)}</div>
        \${Vt(i,t.series)}
      </section>\`)}
    <section class="card">
      <h2>By job <small>last hour</small></h2>
      \${V({caption:"Figures of the last hour by job",rows:t.jobs,key:r=>\`\${r.queue} \${r.name}\`,empty:"Nothing ran in the last hour.",columns:fn(e,t.span)})}
    </section>
    <p class="more">For Prometheus: <a href=\${\`\${e.root}metrics\`}>metrics</a></p>
  </main>\`}function mn(e,{queue:t,name:o,paused:n}){if(t===void 0||o===void 0||n===void 0)return;let a=\`jobs \${o} of \${t}\`;return n?b(e,{do:"resume-jobs",queue:t,name:o},"Resume this type",a):b(e,{do:"pause-jobs",queue:t,name:o},"Pause this type",a)}function pn(e,{queue:t,name:o,span:n}){let a=(r,i)=>l\`<a
    href=\${h(e.root,"metrics",{queue:t,name:o,span:r})}
    aria-current=\${r===n?"true":void 0}
  >\${i}</a>\`;return l\`<nav class="choice" aria-label="Span">\${a("1h","1 hour")} \${a("24h","24 hours")}</nav>\`}function fn({root:e},t){let o=(n,a,r="")=>({label:n,numeric:!0,cell:a,kind:r});return[{label:"Job",kind:"name",cell:({queue:n,name:a})=>l\`<a href=\${h(e,"metrics",{queue:n,name:a,span:t})}><bdi class="clamp"><b>\${a}</b></bdi> <bdi class="id clamp">\${n}</bdi></a>\`},o("Completed",({completed:n})=>f(n)),o("Failed",({failed:n,failureRate:a})=>\`\${f(n)}\${n>0?\` (\${ce(a)})\`:""}\`),o("Cancelled",({cancelled:n})=>f(n),"extra"),o("Retried",({retried:n})=>f(n),"extra"),o("Per minute",({throughput:n})=>j(n)),o("Wait p95",({wait:n})=>n===void 0?"–":_(n.p95),"extra"),o("Run p50 · p95 · p99",({run:n})=>n===void 0?"–":me([n.p50,n.p95,n.p99]))]}var Fe=6,hn=864e5;function jt(e,{health:t,queues:o}){let{problems:n,status:a}=t;if(n.length===0){let i=o.reduce((s,{throughput:d})=>s+d,0);return l\`<section class="health healthy" aria-labelledby="health">
      <h1 id="health">Nothing needs you</h1>
      <p>\${j(i)} jobs a minute\${gn(o)}.</p>
    </section>\`}let r=n.length===1?"thing needs":"things need";return l\`<section class=\${\`health \${a}\`} aria-labelledby="health">
    <h1 id="health">\${f(n.length)} \${r} you</h1>
    <ul>\${n.slice(0,Fe).map(i=>l\`<li class=\${i.severity}>
        <a href=\${$n(e,i)}>\${bn(yn(i,e))}</a>
      </li>\`)}\${n.length>Fe&&l\`<li>and \${n.length-Fe} more</li>\`}</ul>
  </section>\`}function gn(e){let t=Math.max(0,...e.map(({failureRate:o})=>o));return t===0?", none failed in the last hour":\`, at most \${ce(t)} of a queue failed\`}function yn({message:e,since:t},{timeZone:o,now:n}){if(t===void 0||o===void 0||o==="UTC")return e;let a=new Date(t).getTime(),r=n-a<hn?pe(a,o).slice(0,5):U(a,o);return e.replace(/(\\bsince (?:before )?)[\\d: TZ-]+(?:UTC)$/,(i,s)=>s+r)}function bn(e){return e.split("\`").map((t,o)=>o%2===1?l\`<code title=\${t.length>40?t:void 0}><bdi>\${t}</bdi></code>\`:t)}function $n({root:e},{kind:t,queue:o,group:n}){switch(t){case"late-schedule":return h(e,"schedules");case"no-workers":case"store-away":return h(e,"workers");case"failures":return n===void 0?h(e,"failures",{queue:o}):h(e,"jobs",{queue:o,q:\`status:failed group:\${n}\`});case"failing":return h(e,"failures",{queue:o});case"stalled":return h(e,"jobs",{queue:o,q:"status:failed"});case"slow":return h(e,"metrics",{queue:o});case"paused":case"backlog":case"waiting-long":return h(e,"jobs",{queue:o,q:"status:waiting"})}}function Rt(e,t){return V({caption:"Next runs",rows:t,key:({queue:o,id:n})=>\`\${o} \${n}\`,empty:"No schedule is going to fire.",columns:[{label:"Schedule",cell:({id:o})=>l\`<a href=\${h(e.root,"schedules",{},o)}>\${o}</a>\`},{label:"When",cell:({when:o,timezone:n})=>\`\${o}\${n?\` (\${n})\`:""}\`},{label:"Next",numeric:!0,cell:o=>Be(o,e.now)}]})}function Be({nextAt:e,overdueMs:t},o){return e===void 0?"–":t<1e3?N(e,o):l\`<span class="alarm">\${_(t)} late</span>\`}function Et(e){let t=e.slice(0,-1);return t.some(o=>(o??0)>0)?[...t,null]:[...e]}var be=120,K=24;function Ot(e,t){let o=Math.max(...e,1),n=be/Math.max(1,e.length-1),a=e.map((i,s)=>\`\${(s*n).toFixed(1)},\${(K-1-i/o*(K-2)).toFixed(1)}\`),r=\`0,\${K} \${a.join(" ")} \${be},\${K}\`;return l\`<svg
    class="spark"
    viewBox="0 0 \${be} \${K}"
    width=\${be}
    height=\${K}
    preserveAspectRatio="none"
    role="img"
    aria-label=\${t}
  >
    <polygon points=\${r} />
    <polyline points=\${a.join(" ")} />
  </svg>\`}var wn=["waiting","active","delayed","blocked","failed","cancelled","completed"],_n=new Set(["blocked","cancelled"]);function Mt(e,t){let o=wn.filter(n=>!_n.has(n)||t.some(({stats:a})=>a[n]>0));return V({caption:"Queues",rows:t,key:({queue:n})=>n,empty:"No queue answers.",columns:[{label:"Queue",kind:"name",cell:n=>vn(e,n)},...o.map(n=>xn(e,n)),{label:"Oldest waiting",numeric:!0,cell:kn},{label:"Last hour",kind:"wide hour",cell:Cn},{label:"Wait p50 · p95 · p99",numeric:!0,kind:"wide extra",cell:({wait:n})=>Jt(n)},{label:"Run p50 · p95 · p99",numeric:!0,kind:"wide extra",cell:({run:n})=>Jt(n)},{label:"Workers",numeric:!0,cell:n=>Sn(e,n)},{label:"Actions",quiet:!0,cell:n=>Tn(e,n)}]})}function vn({root:e,now:t},{queue:o,paused:n,knownAt:a}){return l\`<span class="named">
    <a href=\${h(e,"jobs",{queue:o})}><bdi>\${o}</bdi></a>\${n&&L("paused")}
    \${a!==void 0&&l\`<small class="alarm">not answering; as of \${N(a,t)}</small>\`}
  </span>\`}function kn({oldestWaitingMs:e,stats:t,throughput:o,paused:n}){if(e===void 0)return"–";let a=_(e);if(n||t.waiting===0||o===0)return a;let r=_(Math.ceil(t.waiting/o)*6e4);return l\`<span>\${a}<br /><small>done in \${r}</small></span>\`}function xn({root:e},t){return{label:t[0]?.toUpperCase()+t.slice(1),numeric:!0,cell:({queue:o,stats:n})=>{let a=n[t];return a===0?l\`<span class="nothing">0</span>\`:l\`<a class=\${\`count \${t}\`} href=\${h(e,"jobs",{queue:o,q:\`status:\${t}\`})}>\${f(a)}</a>\`}}}function Cn({queue:e,perMinute:t,throughput:o,measured:n}){if(!n)return l\`<span class="nothing">not measured</span>\`;let a=\`\${e}: \${j(o)} jobs a minute over the last hour, at most \${f(Math.max(...t))}\`,r=Et(t).filter(i=>i!==null);return l\`<span class="trend">\${Ot(r,a)}<small>\${j(o)}/min</small></span>\`}function Jt(e){return e===void 0?"–":me([e.p50,e.p95,e.p99])}function Sn({root:e},{workers:t,needsWorker:o}){return t===void 0?"–":l\`<a class=\${t===0&&o?"alarm":""} href=\${h(e,"workers")}>\${f(t)}</a>\`}function Tn(e,{queue:t,paused:o}){return o?b(e,{do:"resume",queue:t},"Resume",\`queue \${t}\`):b(e,{do:"pause",queue:t},"Pause",\`queue \${t}\`)}var Nn=8;function qt(e,t){let o=t.failures.flatMap(({queue:n,groups:a})=>a.map(r=>({...r,queue:n}))).sort((n,a)=>a.count-n.count).slice(0,Nn);return l\`<main id="main">
    \${jt(e,t)}
    \${P(e,t.away)}
    <section class="card">
      <h2>Queues</h2>
      \${Mt(e,t.queues)}
    </section>
    <div class="columns">
      <section class="card wide">
        <h2>Failures by cause \${Vn(t)}</h2>
        \${he(e,o,{empty:q("failed jobs",t.away),isShort:!0})}
        \${o.length>0&&l\`<p class="more"><a href=\${h(e.root,"failures")}>All failures</a></p>\`}
      </section>
      <section class="card">
        <h2>Next runs</h2>
        \${Rt(e,t.schedules)}
        \${t.scheduleCount>0&&l\`<p class="more"><a href=\${h(e.root,"schedules")}>All \${f(t.scheduleCount)} schedules</a></p>\`}
      </section>
    </div>
  </main>\`}function Vn({failures:e}){let t=e.reduce((n,a)=>n+a.scanned,0),o=e.reduce((n,a)=>n+a.total,0);if(!(t>=o))return l\`<small>of the latest \${f(t)} of \${f(o)}</small>\`}var Dn=1e3;function At(e,{queue:t,runs:o,id:n}){if(o.length!==0)return l\`<ol class="strip" aria-label=\${\`Last runs of \${n}, oldest first\`}>\${[...o].reverse().map(a=>l\`<li key=\${a.at}>\${Pn(e,t,a)}</li>\`)}</ol>\`}function Pn({root:e,timeZone:t},o,n){let{jobId:a,status:r}=n,i=jn(n,t),s=\`mark \${r}\${Lt(n)?" late":""}\`;return a===void 0?l\`<span class=\${s} title=\${i} role="img" aria-label=\${i}></span>\`:l\`<a class=\${s} title=\${i} aria-label=\${i} href=\${h(e,"job",{queue:o,id:a})}></a>\`}function jn(e,t){let{at:o,status:n,latenessMs:a=0,reason:r}=e,i=Lt(e)?\`, \${_(a)} late\`:"";return\`\${U(o,t)}: \${n}\${i}\${r===void 0?"":\` (\${r})\`}\`}function Lt({latenessMs:e=0}){return e>=Dn}function Ft(e,{schedules:t,total:o,attached:n,away:a,search:r}){let i=o>t.length&&\`the next \${t.length} of \${f(o)}\`;return l\`<main id="main">
    <header class="title"><h1>Schedules <small>\${i||f(o)}</small></h1></header>
    \${P(e,a)}
    \${(r!==""||o>1)&&l\`<form class="search" role="search" action=\${h(e.root,"schedules")} method="get">
        <label for="q">Search the schedules</label>
        <input id="q" name="q" type="search" defaultValue=\${r} autocomplete="off" spellcheck=\${!1}
          maxlength="1000" aria-describedby="searched" />
        <button type="submit">Search</button>
        <p id="searched">Words of an id, of the name of a job, of an owner or of a queue</p>
      </form>\`}
    \${t.length===0&&l\`<p class="empty card">\${Rn(n,r,q("schedules",a))}</p>\`}
    \${t.map(s=>En(e,s))}
  </main>\`}function Rn(e,t,o){return e?t===""?o:"No schedule matches.":"This dashboard was given no scheduler."}function En(e,t){let{id:o,queue:n,jobName:a,when:r,cron:i,timezone:s,state:d,note:m,lastAt:c,maxRuns:g,runsCount:p}=t;return l\`<article class="card schedule" id=\${encodeURIComponent(o)} key=\${\`\${n} \${o}\`}>
    <header>
      <h2><bdi>\${o}</bdi> \${d!=="active"&&L(d)}</h2>
      \${On(e,t)}
    </header>
    <p>\${r}\${s&&\` in \${s}\`} \${i&&i!==r&&l\`<code>\${i}</code>\`}</p>
    \${m&&l\`<p class="notice">Paused: \${m}</p>\`}
    <dl class="inline">
      <div><dt>Job</dt><dd><a href=\${h(e.root,"jobs",{queue:n,q:\`name:\${Mn(a)}\`})}><bdi>\${a}</bdi></a></dd></div>
      <div><dt>Next</dt><dd>\${Be(t,e.now)}</dd></div>
      <div><dt>Last</dt><dd>\${c===void 0?"–":N(c,e.now,e.timeZone)}</dd></div>
      <div><dt>Runs</dt><dd>\${f(p)}\${g!==void 0&&\` of \${f(g)}\`}</dd></div>
    </dl>
    \${At(e,t)}
    \${Jn(e,t)}
  </article>\`}function On(e,{id:t,queue:o,state:n,cron:a}){let r=\`schedule \${t}\`,i={queue:o,id:t};return l\`<span class="buttons">
    \${b(e,{do:"trigger",...i},"Run now",r)}
    \${n==="active"&&b(e,{do:"pause-schedule",...i},"Pause",r)}
    \${n==="paused"&&b(e,{do:"resume-schedule",...i},"Resume",r)}
    \${a&&b(e,{do:"backfill",...i},"Backfill",r)}
  </span>\`}function Jn({timeZone:e,now:t},{nextRuns:o,timezone:n="UTC"}){if(o.length===0)return;let a=e!==void 0&&e!==n?e:void 0;return l\`<details>
    <summary>Next \${o.length} runs</summary>
    <ul class="next">\${o.map(r=>l\`<li key=\${r}>
        \${U(r,n)} \${n}
        \${a&&l\`<small>\${U(r,a)} yours</small>\`}
        <small>in \${_(r-t)}</small>
      </li>\`)}</ul>
  </details>\`}function Mn(e){return/^[\\w.-]+$/.test(e)?e:\`"\${e.replace(/["\\\\]/g,"\\\\$&")}"\`}function Bt(e,t){let{workers:o,without:n,idle:a,unlisted:r,away:i}=t;return l\`<main id="main">
    <header class="title"><h1>Workers <small>\${f(o.length)}</small></h1></header>
    \${P(e,i)}
    \${n.map(s=>l\`<p class="notice bad">No worker runs <code><bdi>\${s}</bdi></code>. Start one with <code>philjs-jobs work</code>, or <code>queue.process()</code>.</p>\`)}
    \${a.map(s=>l\`<p class="notice">No worker runs <code><bdi>\${s}</bdi></code>, and none of its jobs is due.</p>\`)}
    \${r.map(s=>l\`<p class="notice">The backend of <code><bdi>\${s}</bdi></code> does not list its workers.</p>\`)}
    <section class="card">
      \${V({caption:"Workers",rows:o,key:({id:s})=>s,empty:q("workers",i),columns:[{label:"Process",kind:"name",cell:({host:s,pid:d})=>l\`<span><b>\${s}</b> <span class="id">\${d}</span></span>\`},{label:"Queue",cell:({queue:s})=>A(s)},{label:"Concurrency",numeric:!0,cell:({concurrency:s})=>s},{label:"Knows",kind:"cause",cell:({jobs:s})=>l\`<span class="clamp">\${qn(s)}</span>\`},{label:"Up since",numeric:!0,cell:({startedAt:s})=>N(s,e.now,e.timeZone)},{label:"Last seen",numeric:!0,cell:({seenAt:s})=>N(s,e.now,e.timeZone)}]})}
    </section>
    \${An(e,t)}
  </main>\`}function qn(e){let t=e.slice(0,12).join(", ");return e.length>12?\`\${t} and \${e.length-12} more\`:t}function An({root:e},{running:t}){if(t.length!==0)return l\`<section class="card">
    <h2>Running now</h2>
    <ul class="plain">\${t.map(({queue:o,name:n,count:a})=>l\`<li key=\${\`\${o} \${n}\`}>
        <a href=\${h(e,"jobs",{queue:o,q:"status:active"})}>\${T(a,"job")} <bdi>\${n}</bdi></a> in <bdi>\${o}</bdi>
      </li>\`)}</ul>
  </section>\`}function It(e,t){switch(t.page){case"overview":return qt(e,t.data);case"jobs":return St(e,t.data);case"job":return kt(e,t.data);case"failures":return yt(e,t.data);case"schedules":return Ft(e,t.data);case"workers":return Bt(e,t.data);case"metrics":return Pt(e,t.data)}}var Ln={live:"live",polling:"every 5 s",paused:"paused",away:"not answering",off:""};function Wt(e,t,o=0){let n=o>0&&t!=="away"&&t!=="paused",a=[Ln[t],n?\`\${T(o,"store")} away\`:""],r=Object.keys(z).filter(s=>s!=="job"),i=e.page==="job"?"jobs":e.page;return l\`<header class="site">
    <a class="skip" href="#main">To the content</a>
    <a class="brand" href=\${h(e.root,"overview")}>PhilJS <b>Jobs</b></a>
    \${e.environment&&l\`<span class=\${\`environment \${e.environment.colour??"grey"}\`}><bdi>\${e.environment.label}</bdi></span>\`}
    <nav aria-label="Pages">\${r.map(s=>l\`<a key=\${s} href=\${h(e.root,s)} aria-current=\${s===i?"page":void 0}>\${z[s]}</a>\`)}</nav>
    \${e.switchZone&&l\`<button type="button" class="zone" onClick=\${e.switchZone} aria-label=\${\`Times are in \${e.timeZone??"UTC"}; show another zone\`}>\${e.timeZone??"UTC"}</button>\`}
    <span class=\${\`live \${n?"partly":t}\`}>\${a.filter(s=>s!=="").join(", ")}</span>
  </header>\`}function Qt(e,t){return l\`<dialog
    aria-labelledby="dialog-title"
    ref=\${Fn}
    onClose=\${a=>{a.currentTarget.isConnected&&t()}}
    onCancel=\${a=>{a.preventDefault(),e.kind==="progress"&&e.running?e.onStop():t()}}
  >
    <h2 id="dialog-title">\${e.title}</h2>
    \${e.kind==="form"?Bn(e,t):Wn(e,t)}
  </dialog>\`}function Fn(e){e!==null&&!e.open&&e.showModal()}function Bn({text:e,fields:t=[],submit:o,tone:n,error:a,onSubmit:r},i){return l\`<form method="dialog" onSubmit=\${d=>{d.preventDefault();let m=new FormData(d.currentTarget);r(Object.fromEntries([...m].map(([c,g])=>[c,String(g)])))}}>
    \${e!==void 0&&l\`<p>\${e}</p>\`}
    \${t.map(In)}
    \${a!==void 0&&l\`<p class="notice bad" role="alert">\${a}</p>\`}
    <p class="buttons">
      <button type="submit" class=\${n}>\${o}</button>
      <button type="button" onClick=\${i}>Leave it</button>
    </p>
  </form>\`}function In({name:e,label:t,kind:o,value:n="",required:a=!1}){let r=\`field-\${e}\`;return o==="checkbox"?l\`<p class="field" key=\${e}><label><input type="checkbox" name=\${e} value="yes" /> \${t}</label></p>\`:l\`<p class="field" key=\${e}>
    <label for=\${r}>\${t}</label>
    \${o==="textarea"?l\`<textarea id=\${r} name=\${e} rows="14" spellcheck=\${!1} required=\${a}>\${n}</textarea>\`:l\`<input id=\${r} name=\${e} type=\${o} defaultValue=\${n} required=\${a} />\`}
  </p>\`}function Wn({done:e,total:t,text:o,running:n,onStop:a},r){return l\`<div>
    <p><progress max=\${Math.max(1,t)} value=\${e} aria-label="Progress"></progress></p>
    <p role="status">\${o}</p>
    <p class="quiet">\${f(e)} of \${f(t)}</p>
    <p class="buttons">
      \${n?l\`<button type="button" class="danger" autofocus onClick=\${a}>Stop</button>\`:l\`<button type="button" class="main" autofocus onClick=\${r}>Close</button>\`}
    </p>
  </div>\`}var Ie="philjs-jobs-selected ";function Ut(){try{let e=JSON.parse(sessionStorage.getItem(Ie+location.href)??"[]");return new Set(Array.isArray(e)?e.filter(t=>typeof t=="string"):[])}catch{return new Set}}function $e(e){try{e.size===0?sessionStorage.removeItem(Ie+location.href):sessionStorage.setItem(Ie+location.href,JSON.stringify([...e]))}catch{}}var Ht="philjs-jobs-zone";function we(){return new Intl.DateTimeFormat().resolvedOptions().timeZone}function Gt(){try{return localStorage.getItem(Ht)==="UTC"?"UTC":we()}catch{return we()}}function Kt(e){try{localStorage.setItem(Ht,e)}catch{}}var _e=class{boot;state;live="off";dialog;notice;selected=Ut();#e;#r;#t;#n=!1;constructor(t,o,n){this.#e=t,this.boot=o,this.state=o.state,this.#r=n}start(){let t=this.selected;this.selected=new Set,dt(this.#i(),this.#e),this.selected=t,this.#t=Gt(),document.documentElement.classList.add("script"),this.draw()}draw(){this.#n||(this.#n=!0,queueMicrotask(()=>{this.#n=!1,Je(this.#i(),this.#e)}))}show(t){this.state=t,this.draw()}tell(t){this.notice=t,t!==void 0&&te(t.text),this.draw()}open(t){this.dialog=t,this.draw()}close(){this.#e.querySelector("dialog")?.close(),this.#o()}#o(){this.dialog!==void 0&&(this.dialog=void 0,this.draw(),queueMicrotask(()=>{document.activeElement===document.body&&this.#a()}))}#a(){let t=this.#e.querySelector("h1");t!==null&&(t.tabIndex=-1,t.focus({preventScroll:!0}))}#s(){this.#t=this.#t==="UTC"?we():"UTC",Kt(this.#t),te(\`Times are in \${this.#t}.\`),this.draw()}#i(){let{boot:t,state:o,live:n,dialog:a,notice:r}=this,i={root:t.root,page:o.page,queues:t.queues,can:t.can,now:o.now,...t.environment&&{environment:t.environment},...this.#t!==void 0&&{timeZone:this.#t,switchZone:()=>this.#s()},selected:this.selected,on:s=>()=>this.#r(s)};return l\`<div class="app">
      \${Wt(i,n,ut(o))}\${It(i,o)}
      \${r&&Qn(r,()=>this.tell(void 0))}
      \${a&&Qt(a,()=>this.close())}
    </div>\`}};function Qn({text:e,tone:t,href:o},n){return l\`<aside class=\${\`toast \${t}\`}>
    <p>\${e} \${o!==void 0&&l\`<a href=\${o}>Show it</a>\`}</p>
    <button type="button" aria-label="Close this message" onClick=\${n}>×</button>
  </aside>\`}function te(e){let t=document.getElementById("announcer");t!==null&&t.textContent!==e&&(t.textContent=e)}var ve=class{app;server;freeze;constructor(t,o,n){this.app=t,this.server=o,this.freeze=n}ask(t,o){let n=async r=>{try{await o(r),this.app.close(),await this.refresh()}catch(i){a(i.message)}},a=r=>this.app.open({kind:"form",...t,...r!==void 0&&{error:r},onSubmit:i=>{n(i)}});a()}async attempt(t){try{await t()}catch(o){this.app.tell({text:o.message,tone:"bad"})}await this.refresh()}done(t,o){this.app.tell({text:t,tone:"good",...o!==void 0&&{href:o}})}async refresh(){if(this.app.live==="off")return;let t=await this.server.page().catch(()=>{});t!==void 0&&this.app.show(t)}};function zt(e,t){document.addEventListener("keydown",o=>{if(o.target.matches('input:not([type="checkbox"]), textarea, select')||o.ctrlKey||o.metaKey||o.altKey||e.dialog!==void 0)return;let r=Un[o.key];r!==void 0&&(o.preventDefault(),r(t))})}var Un={"/":()=>document.getElementById("q")?.focus(),j:()=>Zt(1),k:()=>Zt(-1),x:()=>Yt()?.querySelector('input[type="checkbox"]')?.click(),"?":e=>Gn(e)};function Hn(){return[...document.querySelectorAll("main tbody tr")]}function Yt(){return document.activeElement?.closest("main tbody tr")??null}function Zt(e){let t=Hn(),o=Yt(),n=o===null?e===1?-1:t.length:t.indexOf(o);t[Math.min(t.length-1,Math.max(0,n+e))]?.querySelector("td.name a, td.cause a, a")?.focus()}function Gn({app:e}){e.open({kind:"form",title:"Keys",text:"/ leads to the search. j and k go to the next row and the one before. x ticks it. Enter opens it. ? shows this.",submit:"Close",tone:"main",onSubmit:()=>e.close()})}var ke=class{#e;#r;#t;#n;#o=0;constructor(t){this.#e=t}start(){let t=()=>{document.hidden?this.#a():this.#s()};document.addEventListener("visibilitychange",t),t()}stop(){this.#a(),this.#o=Number.POSITIVE_INFINITY,this.#e.onLive("off")}#a(){this.#o+=1,this.#r?.close(),this.#r=void 0,clearTimeout(this.#t),this.#n?.(),this.#n=void 0,this.#e.onLive("paused")}async#s(){if(this.#o===Number.POSITIVE_INFINITY)return;this.#o+=1;let t=this.#o,o=()=>t===this.#o,n=await Kn();if(!o()){n?.();return}this.#n=n,n===void 0?await this.#l(o):this.#i(o)}#i(t){let{url:o,onState:n,onTime:a,onLive:r}=this.#e,i=new EventSource(o);this.#r=i,i.addEventListener("state",({data:s})=>{r("live"),n(JSON.parse(s))}),i.addEventListener("same",({data:s})=>{r("live"),a(Number(s))}),i.addEventListener("trouble",()=>r("away")),i.addEventListener("error",()=>{t()&&(r("away"),i.readyState===EventSource.CLOSED&&this.#l(t))})}async#l(t){let{server:o,onState:n,onLive:a}=this.#e;try{let r=await o.page();if(!t())return;a("polling"),n(r)}catch{if(!t())return;a("away")}this.#t=setTimeout(()=>{this.#l(t)},5e3)}};async function Kn(){if(!("locks"in navigator))return()=>{};for(let e=0;e<3;e+=1){let t=await Zn(\`philjs-jobs-live-\${e}\`);if(t!==void 0)return t}}function Zn(e){return new Promise(t=>{navigator.locks.request(e,{ifAvailable:!0},o=>{if(o===null){t(void 0);return}return new Promise(n=>t(n))})})}async function We(e,t,o){let n=o.perMinute===void 0?zn:Yn,a={count:0,scanned:0,total:0,again:0,stopped:!1};o.show(a);for(let r of t.queues){if(o.signal.aborted||a.stopped)break;a=await n(e,t,r,o,a)}return a}async function zn({server:e},{do:t,search:o},n,{dryRun:a,signal:r,show:i,fields:s={}},d){let m=d,c;do{let g={queue:n,search:o,dryRun:a,...s,...c!==void 0&&{cursor:c}},p=await e.do(t,g);c=p.cursor,m={...m,count:m.count+(a?p.matched:p.changed),scanned:m.scanned+p.scanned,total:d.total+p.total},(!r.aborted||!a)&&i(m)}while(c!==void 0&&!r.aborted);return m}async function Yn({server:e},{do:t,search:o},n,{signal:a,show:r,fields:i={},perMinute:s=60},d){let m=await e.now(),c=d.count,g=d,p=0,u=0;for(;;){u+=s*3e3/6e4;let y=Math.floor(u-p);if(y>0){let S={queue:n,search:o,dryRun:!1,limit:Math.min(y,500),before:m,...i},w=await e.do(t,S);p+=y;let v=w.again??0,$=g.count+w.changed,C=v>=3&&v>=.2*($-c);if(g={...g,count:$,again:d.again+v,stopped:C},r(g),C||w.matched===v)return g}if(await Xn(3e3,a),a.aborted)return g}}function Xn(e,t){return new Promise(o=>{let n=setTimeout(o,e);t.addEventListener("abort",()=>{clearTimeout(n),o()})})}var er=2,Qe={"retry-matching":{verb:"Retry",done:"retried",tone:"main",loss:"They run again with all their attempts; their errors are forgotten."},"remove-matching":{verb:"Remove",done:"removed",tone:"danger",loss:"Payloads, results and logs are lost. It cannot be undone: the store keeps nothing of them."},"cancel-matching":{verb:"Cancel",done:"cancelled",tone:"danger",loss:"What waits never starts; what runs is told to stop. A cancelled job can be retried by its id."},"promote-matching":{verb:"Run now",done:"made ready",tone:"main",loss:"They no longer wait for their time."},"acknowledge-matching":{verb:"Acknowledge",done:"acknowledged",tone:"main",loss:"They stay failed; the health no longer counts them, until they fail again."}};function Z(e,t){let o=Qe[t.do];e.attempt(async()=>{let n=await or(e,t);if(n!==void 0){if(n===0){e.app.close(),e.done(\`There is nothing to \${o.verb.toLowerCase()}.\`);return}Xt(e,t,n)}})}function Xt(e,t,o,n){let{verb:a,tone:r,loss:i}=Qe[t.do],{queues:s,search:d}=t,m=s.length===1?\`of \${s[0]}\`:\`of \${s.join(", ")}\`,c=d.trim()===""?"":\` that match \${d}\`;e.app.open({kind:"form",title:\`\${a} \${T(o,"job")}?\`,text:\`\${T(o,"job")} \${m}\${c}. \${i} It is done in batches, and can be stopped.\`,fields:tr(t.do,o),submit:a,tone:r,...n!==void 0&&{error:n},onSubmit:g=>{let p=g.typed;p!==void 0&&Number(p.replace(/[,\\s]/g,""))!==o?Xt(e,t,o,\`Type \${f(o)} to say that you mean all of them.\`):e.attempt(()=>nr(e,t,o,g))}})}function tr(e,t){return e==="remove-matching"&&t>=er?[{name:"typed",label:\`Their number, \${f(t)}, to say that you mean all of them\`,kind:"text",required:!0}]:e==="cancel-matching"?[{name:"reason",label:"Reason",kind:"text"}]:e!=="retry-matching"?[]:[{name:"perMinute",label:"At most so many a minute (empty: as fast as it goes)",kind:"number"}]}async function or(e,t){let o=new AbortController,n=({count:i,scanned:s,total:d})=>e.app.open({kind:"progress",title:"Counting",done:s,total:d,text:\`\${T(i,"job")} so far\`,running:!0,onStop:()=>{o.abort(),e.app.close()}}),a={dryRun:!0,signal:o.signal,show:n},{count:r}=await We(e,t,a);return o.signal.aborted?void 0:r}async function nr(e,t,o,{perMinute:n="",reason:a=""}){let{verb:r,done:i}=Qe[t.do],s=new AbortController,d=(p,u,y)=>e.app.open({kind:"progress",title:\`\${r} \${T(o,"job")}\`,done:p,total:o,text:u,running:y,onStop:()=>s.abort()}),m=0,c="",g=p=>{m=p.count,d(m,\`\${f(m)} \${i}\`,!0)};try{let p=Number(n),u=await We(e,t,{dryRun:!1,signal:s.signal,show:g,fields:a===""?{}:{reason:a},...p>0&&{perMinute:p}});u.again>0&&(c=\`\${T(u.again,"job")} failed again. \`),u.stopped?c+="It stopped by itself. ":s.signal.aborted&&(c+="Stopped. ")}catch(p){c=\`\${p.message} \`}d(m,\`\${c}\${f(m)} \${i}.\`,!1)}var rr={retry:"put back to run again",promote:"made ready",cancel:"cancelled",remove:"removed"};function oe(e,t){let o=ar(t);o===void 0?e.attempt(()=>eo(e,t,{})):e.ask(o,n=>eo(e,t,n))}function to(e,{queue:t,ids:o}){e.attempt(async()=>{let{id:n}=await e.server.do("duplicate",{queue:t,ids:o});e.done(\`Enqueued as \${n}.\`,h(e.app.boot.root,"job",{queue:t,id:n}))})}function oo(e,{queue:t,ids:o}){e.attempt(async()=>{let{id:n}=await e.server.do("rerun",{queue:t,ids:o});e.done(\`Enqueued as \${n}.\`,h(e.app.boot.root,"job",{queue:t,id:n}))})}function no(e,{queue:t,id:o}){e.attempt(async()=>{let n=await e.server.payload(t,o),a={title:"Change this job",text:"It must still wait. What is masked is put back where its mask stands; what is left empty stays.",fields:[{name:"payload",label:"Payload",kind:"textarea",value:n,required:!0},{name:"priority",label:"Priority (higher runs first)",kind:"number"},{name:"runAt",label:"Run at",kind:"datetime-local"}],submit:"Change",tone:"main"};e.ask(a,async({payload:r="",priority:i="",runAt:s=""})=>{await e.server.do("update",{queue:t,id:o,...r!==n&&{payload:r},...i!==""&&{priority:Number(i)},...s!==""&&{runAt:new Date(s).getTime()}}),e.done("The job was changed.")})})}function ro(e,{queue:t,id:o}){e.attempt(async()=>{let a={title:"Run again with edits",text:"A new job is enqueued; this one stays as it is. What is masked is put back where its mask stands.",fields:[{name:"payload",label:"Payload",kind:"textarea",value:await e.server.payload(t,o),required:!0}],submit:"Enqueue",tone:"main"};e.ask(a,async({payload:r=""})=>{let{id:i}=await e.server.do("edit",{queue:t,id:o,payload:r});e.done(\`Enqueued as \${i}.\`,h(e.app.boot.root,"job",{queue:t,id:i}))})})}function ao(e,{queue:t,id:o}){let n={title:"Reveal what is masked?",text:"The audit log notes who did.",submit:"Reveal",tone:"danger"};e.ask(n,async()=>{let{data:a}=await e.server.do("reveal",{queue:t,id:o});e.freeze(),e.app.show({page:"job",data:a,now:e.app.state.now})})}function ar({do:e,...t}){let o=io(t),n=[t,...t.also??[]].map(({queue:r})=>r).join(", "),a=o===1?"this job":\`\${T(o,"job")} of \${n}\`;if(e==="remove")return{title:\`Remove \${a}?\`,text:"Payload, result and log are lost. It cannot be undone: the store keeps nothing of them.",submit:"Remove",tone:"danger"};if(e==="cancel")return{title:\`Cancel \${a}?\`,text:"What waits never starts; what runs is told to stop.",fields:[{name:"reason",label:"Reason",kind:"text"},{name:"force",label:"Do not wait for the handler to stop",kind:"checkbox"}],submit:"Cancel it",tone:"danger"}}async function eo(e,t,o){let{do:n,queue:a}=t,{reason:r="",force:i}=o,s={...r!==""&&{reason:r},...i==="yes"&&{force:!0}},d=0;for(let{queue:g,ids:p}of[t,...t.also??[]])d+=(await e.server.do(n,{queue:g,ids:p,...s})).changed;let{app:m}=e;m.selected=new Set,$e(m.selected);let c=io(t)-d;e.done(\`\${T(d,"job")} \${rr[n]}\${c>0?\`, \${c} left: in another state by now\`:""}.\`),n==="remove"&&m.state.page==="job"&&location.assign(h(m.boot.root,"jobs",{queue:a})??m.boot.root)}function io({ids:e,also:t=[]}){return t.reduce((o,n)=>o+n.ids.length,e.length)}function so(e,{queue:t}){let o={title:\`Pause \${t}?\`,text:"No process starts another of its jobs until it is resumed. What runs goes on.",submit:"Pause",tone:"main"};e.ask(o,async()=>{await e.server.do("pause",{queue:t}),e.done(\`\${t} is paused.\`)})}function lo(e,{queue:t}){e.attempt(async()=>{await e.server.do("resume",{queue:t}),e.done(\`\${t} goes on.\`)})}function uo(e,{queue:t,name:o}){let n={title:\`Pause \${o} in \${t}?\`,text:"No process starts another job of this name until they are resumed. Other jobs go on.",submit:"Pause",tone:"main"};e.ask(n,async()=>{await e.server.do("pause-jobs",{queue:t,name:o}),e.done(\`Jobs \${o} are paused.\`)})}function co(e,{queue:t,name:o}){e.attempt(async()=>{await e.server.do("resume-jobs",{queue:t,name:o}),e.done(\`Jobs \${o} go on.\`)})}var ir=864e5;function po(e,{queue:t,id:o}){e.attempt(async()=>{await e.server.do("trigger",{queue:t,id:o}),e.done(\`\${o} was run.\`)})}function fo(e,{queue:t,id:o}){e.attempt(async()=>{await e.server.do("resume-schedule",{queue:t,id:o}),e.done(\`\${o} fires again.\`)})}function ho(e,{queue:t,id:o}){let n={title:\`Pause \${o}?\`,fields:[{name:"note",label:"Why",kind:"text"}],submit:"Pause",tone:"main"};e.ask(n,async({note:a=""})=>{await e.server.do("pause-schedule",{queue:t,id:o,...a!==""&&{note:a}}),e.done(\`\${o} is paused.\`)})}function go(e,{queue:t,id:o}){let n=Date.now(),a={title:\`Backfill \${o}\`,text:"Enqueues the jobs of past ticks that have not run. Doing it twice enqueues nothing twice.",fields:[mo("from","From",n-ir),mo("to","To",n)],submit:"Backfill",tone:"main"};e.ask(a,async({from:r="",to:i=""})=>{let s={from:new Date(r).getTime(),to:new Date(i).getTime()},{changed:d}=await e.server.do("backfill",{queue:t,id:o,...s});e.done(\`\${T(d,"job")} enqueued.\`)})}function mo(e,t,o){return{name:e,label:t,kind:"datetime-local",value:sr(o),required:!0}}function sr(e){let t=new Date(e).getTimezoneOffset()*6e4;return new Date(e-t).toISOString().slice(0,16)}var Ue,yo=!1;function bo(){for(let e of["click","keydown"])document.addEventListener(e,({shiftKey:t})=>{yo=t},{capture:!0})}function $o({app:e},{ids:t,on:o}){let n=new Set(e.selected);for(let a of dr(t,lr()))o?n.add(a):n.delete(a);Ue=t.length===1?t[0]:void 0,e.selected=n,$e(n),e.draw()}function lr(){return[...document.querySelectorAll("main tbody input[data-row]")].map(t=>t.dataset.row??"")}function dr(e,t){let[o]=e;if(!yo||e.length!==1||o===void 0||Ue===void 0)return e;let[n,a]=[t.indexOf(Ue),t.indexOf(o)].sort((r,i)=>r-i);return n===void 0||a===void 0||n<0?e:t.slice(n,a+1)}var ur={retry:oe,promote:oe,cancel:oe,remove:oe,duplicate:to,edit:ro,update:no,rerun:oo,reveal:ao,"retry-matching":Z,"remove-matching":Z,"cancel-matching":Z,"promote-matching":Z,"acknowledge-matching":Z,pause:so,resume:lo,"pause-jobs":uo,"resume-jobs":co,trigger:po,"pause-schedule":ho,"resume-schedule":fo,backfill:go,select:$o};function wo(e,t){let o=ur[t.do];o(e,t)}var xe=class extends Error{status;constructor(t,o){super(o),this.status=t}},Ce=class{#e;constructor(t){this.#e=t}async page(){return await(await He(location.href.split("#",1)[0]??"",{headers:{accept:"application/json"}})).json()}async now(){return(await this.page()).now}async payload(t,o){let n=new URLSearchParams({queue:t,id:o});return(await(await He(\`\${this.#e}-/payload?\${n}\`,{})).json()).text}async do(t,o,n){return await(await He(\`\${this.#e}-/do/\${t}\`,{method:"POST",headers:{"content-type":"application/json"},body:JSON.stringify(o),...n&&{signal:n}})).json()}};async function He(e,t){let o=await fetch(e,t).catch(a=>{throw t.signal?.aborted?a:new xe(0,"The dashboard does not answer.")});if(o.ok)return o;let n=await o.json().catch(()=>({}));throw new xe(o.status,n?.error?.message??\`It answered \${o.status}.\`)}var _o=["queue","status","name","id","error","code","group","attempts","priority","since","older","worker"];var cr=12;function vo(e,t){let o=/\\S*$/.exec(e)?.[0]??"",n=e.slice(0,e.length-o.length),a=o.startsWith("-")?"-":"",[,r,i=""]=/^([a-z]+):(.*)$/.exec(o.slice(a.length))??[],s=r===void 0?[..._o.map(m=>\`\${m}:\`),"payload.","metadata.","NOT ","OR "]:mr(r,t).map(m=>\`\${r}:\${/\\s/.test(m)?\`"\${m}"\`:m}\`),d=r===void 0?o.slice(a.length):\`\${r}:\${i}\`;return s.filter(m=>m.startsWith(d)&&m!==d).slice(0,cr).map(m=>n+a+m)}function mr(e,{queues:t,statuses:o,names:n}){switch(e){case"status":return o;case"queue":return t;case"name":return n;case"since":case"older":return["15m","1h","24h","7d"];case"attempts":case"priority":return[">1",">=5","<0"];default:return[]}}function xo(e){let t=document.createElement("datalist");t.id="terms",document.body.append(t),document.addEventListener("input",({target:o})=>{o instanceof HTMLInputElement&&o.id==="q"&&ko(t,o,e)}),document.addEventListener("focusin",({target:o})=>{o instanceof HTMLInputElement&&o.id==="q"&&ko(t,o,e)})}function ko(e,t,{boot:o,state:n}){let a=n.page==="jobs"?n.data.jobs:[],r=[...new Set(a.map(({name:s})=>s))],i={queues:o.queues,statuses:ye,names:r};e.replaceChildren(...vo(t.value,i).map(s=>{let d=document.createElement("option");return d.value=s,d}))}var pr=document.getElementById("app"),Se=JSON.parse(document.getElementById("boot")?.textContent??""),So=new Ce(Se.root),R=new _e(pr,Se,e=>wo(No,e)),To=new ke({server:So,url:\`\${Se.root}-/live/\${Se.state.page}\${location.search}\`,onState:fr,onTime:e=>R.show({...R.state,now:e}),onLive:e=>{R.live!==e&&(e==="away"&&te("The dashboard does not answer."),R.live=e,R.draw())}}),No=new ve(R,So,()=>To.stop());R.start();To.start();zt(R,No);xo(R);bo();function fr(e){let t=Co(R.state),o=Co(e);R.show(e),document.title=Ze(e),t!==o&&te(o),document.dispatchEvent(new CustomEvent("philjs-state",{detail:e}))}function Co(e){if(e.page==="job")return\`The job is \${e.data.status}.\`;if(e.page!=="overview")return"";let{problems:t}=e.data.health;return t.length===0?"Nothing needs you.":t.map(({message:o})=>o.replaceAll("\`","")).join("; ")}
`,
};
